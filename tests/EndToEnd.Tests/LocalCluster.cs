using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.EndToEnd.Tests;

/// <summary>A cluster of real processes, started and stopped by <c>deploy/local-cluster</c>: redis-server, silos, gateway, simulator.</summary>
internal sealed class LocalCluster : IAsyncDisposable
{
    public const string ApiKey = "tn-test-0123456789abcdef";

    /// <summary>A limit that no test reaches.</summary>
    public const long Wide = 1_000_000_000;

    private readonly TemporaryFolder _folder;
    private readonly Dictionary<string, string> _settings;
    private readonly string _addresses;

    private LocalCluster(string output, TemporaryFolder folder, Dictionary<string, string> settings)
    {
        _addresses = output;
        _folder = folder;
        _settings = settings;
        Gateway = AddressOf("gateway");
        Client = new HttpClient { BaseAddress = Gateway, Timeout = TimeSpan.FromSeconds(60) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", ApiKey);
    }

    public Uri Gateway { get; }

    public Uri Simulator => AddressOf("simulator");

    public HttpClient Client { get; }

    /// <summary>Why it cannot run here, or null.</summary>
    public static string? Obstacle => ExternalProgram.Find("redis-server") is null ? "redis-server is not installed" : null;

    /// <summary>Starts a cluster whose budgets and whose simulator's quotas for each provider have these amounts.</summary>
    public static async Task<LocalCluster> StartAsync(int silos, long perMinute)
    {
        var folder = new TemporaryFolder();
        // Tests send equal requests and count what comes to the simulator.
        var settings = new Dictionary<string, string> { ["THOTNET_API_KEYS"] = ApiKey, ["ThotNet__Cache__Enabled"] = "false" };
        foreach (var (provider, day) in new[] { ("openrouter", "day_tokens"), ("groq", "day"), ("gemini", "day_tokens") })
        {
            // One kind for all, so that a number of requests fits however long a test takes.
            settings[$"ThotNet__Providers__{provider}__Budgets__minute__Kind"] = "Rolling";
            settings[$"ThotNet__Providers__{provider}__Budgets__minute__Amount"] = $"{perMinute}";
            settings[$"ThotNet__Providers__{provider}__Budgets__{day}__Amount"] = $"{Wide}";
        }

        var output = await RunAsync(folder, settings, "up", "--silos", $"{silos}", "--simulator");
        var cluster = new LocalCluster(output, folder, settings);
        try
        {
            var quotas = new Dictionary<string, SimulatedQuota> { ["minute"] = new() { Amount = perMinute } };
            await SimulatorControl.SetQuotasAsync(cluster.Simulator, new() { ["openrouter"] = quotas, ["groq"] = quotas, ["gemini"] = quotas });
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a cluster without simulator.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="settings">All that it is told, as environment variables.</param>
    public static async Task<LocalCluster> StartAsync(int silos, Dictionary<string, string> settings)
    {
        var folder = new TemporaryFolder();
        return new LocalCluster(await RunAsync(folder, settings, "up", "--silos", $"{silos}"), folder, settings);
    }

    /// <summary>Where a part is reached, such as <c>silo-2</c>.</summary>
    public Uri AddressOf(string part) => new(Regex.Match(_addresses, $@"^{part}\s+(?:running.*?)?(http://\S+)", RegexOptions.Multiline).Groups[1].Value);

    /// <summary>Runs one verb of the script, such as <c>kill-silo 2</c>.</summary>
    public Task<string> RunAsync(params string[] verb) => RunAsync(_folder, _settings, verb);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await RunAsync("down");
        _folder.Dispose();
    }

    private static async Task<string> RunAsync(TemporaryFolder folder, Dictionary<string, string> settings, params string[] verb)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(Root(), "deploy", "local-cluster"), .. verb, "--dir", folder.Path]);
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        var (exitCode, output, errors) = await ExternalProgram.RunAsync(start);
        Assert.True(exitCode == 0, $"local-cluster {string.Join(' ', verb)}: {output} {errors}");
        return output;
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ThotNet.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
