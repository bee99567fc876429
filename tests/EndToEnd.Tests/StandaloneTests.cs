using System.Diagnostics;
using System.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.Standalone;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The standalone mode as a newcomer meets it.</summary>
public sealed class StandaloneTests
{
    [Fact]
    public async Task Start_WithoutAnyKey_SimulatesAndKeepsItsOwnKey()
    {
        using var data = new TemporaryFolder();
        string key;
        await using (var first = await StandaloneHost.StartAsync(Arguments(data)))
        {
            key = first.DevelopmentKey!;
            Assert.NotNull(first.SimulatorUrl);
            Assert.Equal(200, await ChatAsync(first));
        }

        Assert.Equal(key, (await File.ReadAllTextAsync(Path.Combine(data.Path, "api-key"))).Trim());
    }

    [Fact]
    public async Task Restart_WithTheSameData_RemembersWhatWasSpent()
    {
        using var data = new TemporaryFolder();
        long spent;
        await using (var first = await StandaloneHost.StartAsync(Arguments(data)))
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(200, await ChatAsync(first));
            }

            spent = await SpentAsync(first);
            Assert.InRange(spent, 3, 5);
        }

        await using var second = await StandaloneHost.StartAsync(Arguments(data));
        Assert.Equal(spent, await SpentAsync(second));
    }

    [Fact]
    public async Task Budget_Spent_IsRefusedWithTheTimeAndNothingIsOverspent()
    {
        using var data = new TemporaryFolder();
        await using var host = await StandaloneHost.StartAsync(Arguments(data));
        using var client = Client(host);
        List<int> statuses = [];
        for (var i = 0; i < 25; i++)
        {
            using var response = await PostAsync(client, "openrouter/openrouter/free", maxWait: 0);
            statuses.Add((int)response.StatusCode);
            if (response.StatusCode == System.Net.HttpStatusCode.TooManyRequests)
            {
                Assert.InRange(int.Parse(Assert.Single(response.Headers.GetValues("Retry-After")), System.Globalization.CultureInfo.InvariantCulture), 1, 65);
                Assert.Contains("rate_limit_exceeded", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        Assert.Equal([.. Enumerable.Repeat(200, 20), .. Enumerable.Repeat(429, 5)], statuses);
        Assert.Equal(0, await SimulatorControl.OverspendAsync(host.SimulatorUrl!));
    }

    /// <summary>A rolling minute would refuse the last two: it gives nothing back within their patience.</summary>
    [Fact]
    public async Task Budget_LeakyBucketFull_ServesTheNextWhenItHasDrained_Wire32()
    {
        using var data = new TemporaryFolder();
        await using var host = await StandaloneHost.StartAsync(Arguments(data));
        using var client = Client(host);
        List<int> statuses = [];
        for (var i = 0; i < 32; i++)
        {
            using var response = await PostAsync(client, "groq/openai/gpt-oss-20b", maxWait: i < 30 ? 0 : 10);
            statuses.Add((int)response.StatusCode);
        }

        Assert.Equal(Enumerable.Repeat(200, 32), statuses);
        Assert.Equal(0, await SimulatorControl.OverspendAsync(host.SimulatorUrl!));
    }

    [Fact]
    public async Task Start_InProductionWithoutAnything_EndsWithEveryMistakeListed()
    {
        using var data = new TemporaryFolder();
        var (exitCode, output, errors) = await ExternalProgram.RunAsync(new ProcessStartInfo("dotnet", [typeof(StandaloneHost).Assembly.Location])
        {
            WorkingDirectory = data.Path,
            Environment =
            {
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["OPENROUTER_API_KEY"] = "",
                ["GROQ_API_KEY"] = "",
                ["GOOGLE_GEMINI_API_KEY"] = "",
                ["THOTNET_API_KEYS"] = "",
                ["ThotNet__Routing__Patience"] = "soon",
            },
        });

        Assert.Equal(78, exitCode);
        Assert.Contains("OPENROUTER_API_KEY", errors, StringComparison.Ordinal);
        Assert.Contains("THOTNET_API_KEYS", errors, StringComparison.Ordinal);
        Assert.Contains("ThotNet:Routing:Patience", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_InMidStream_LetsTheStreamFinish()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by the kill command");
        using var data = new TemporaryFolder();
        using var process = new ExternalProgram(
            new ProcessStartInfo("dotnet", [typeof(StandaloneHost).Assembly.Location, .. Arguments(data)]) { WorkingDirectory = data.Path });
        Uri? gateway = null, simulator = null;
        while ((gateway is null || simulator is null) && await process.ReadLineAsync() is { } line)
        {
            gateway = line.Contains("is ready", StringComparison.Ordinal) ? new Uri(line.Split(' ')[^1]) : gateway;
            simulator = line.Contains("Simulator:", StringComparison.Ordinal) ? new Uri(line.Split(' ')[^1]) : simulator;
        }

        var end = process.EndAsync();
        using var client = new HttpClient { BaseAddress = gateway };
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(data.Path, "api-key"))).Trim());
        await SimulatorControl.SetLatencyAsync(simulator!, new SimulatedLatency { PerTokenMs = 100 });
        using var message = ChatPost.Of("""{"model":"auto","stream":true,"messages":[{"role":"user","content":"Hello"}]}""");
        using var response = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        var log = await SseLog.ReadAsync(response);
        Assert.True(log.HasDone);
        Assert.False(log.Broken);
        Assert.Equal(0, (await end).ExitCode);
    }

    private static string[] Arguments(TemporaryFolder data) =>
    [
        "--urls=http://127.0.0.1:0", $"--ThotNet:Standalone:Data={data.Path}", "--Logging:LogLevel:Default=Warning",
        "--OPENROUTER_API_KEY=", "--GROQ_API_KEY=", "--GOOGLE_GEMINI_API_KEY=", "--THOTNET_API_KEYS=",
        // Each request is to be spent, equal as they are.
        "--ThotNet:Cache:Enabled=false",
    ];

    private static HttpClient Client(StandaloneHost host) => new()
    {
        BaseAddress = host.GatewayUrl,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", host.DevelopmentKey) },
    };

    private static async Task<int> ChatAsync(StandaloneHost host)
    {
        using var client = Client(host);
        using var response = await PostAsync(client, "auto", maxWait: 10);
        return (int)response.StatusCode;
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string model, int maxWait)
    {
        var message = ChatPost.Of($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]}""");
        message.Headers.Add("x-thotnet-max-wait", maxWait.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return client.SendAsync(message);
    }

    private static async Task<long> SpentAsync(StandaloneHost host)
    {
        var quota = host.Grains.GetGrain<IQuotaGrain>("provider/openrouter/default");
        await Eventually.TrueAsync(async () => (await quota.GetSnapshot()).Budgets.All(budget => budget.Outstanding == 0), "everything is settled");
        return (await quota.GetSnapshot()).Budgets.Single(budget => budget.Definition.Metric == BudgetMetric.Requests).Used;
    }
}
