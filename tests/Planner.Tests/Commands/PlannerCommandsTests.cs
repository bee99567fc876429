using System.Text.Json;
using System.Xml.Linq;
using ThotNet.Planner.Commands;
using ThotNet.Planner.Policies;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Tests.Reports;

namespace ThotNet.Planner.Tests.Commands;

public sealed class PlannerCommandsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("thotnet-planner-").FullName;
    private readonly List<(Scenario Scenario, string Policy, int Seed)> _simulated = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Simulate_AllPolicies_AreSimulatedAndReportedInOrder()
    {
        var (code, output, errors) = await RunAsync("simulate", "--trace", Trace(), "--format", "json");

        using var json = JsonDocument.Parse(output);
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(PolicyNames.All, json.RootElement.GetProperty("policies").EnumerateArray().Select(policy => policy.GetProperty("policy").GetString()!));
        Assert.Equal(PolicyNames.All.Order(), _simulated.Select(run => run.Policy).Order());
        Assert.Equal(3, json.RootElement.GetProperty("bound")[0].GetProperty("requests").GetInt32());
    }

    [Fact]
    public async Task Simulate_Options_ReachTheEngine()
    {
        var (code, output, _) = await RunAsync(
            "simulate", "--trace", Trace(), "--policy", "priority", "--stretch", "2.5", "--tokens-scale", "0.5", "--patience", "1.5", "--seed", "7", "--no-bound",
            "--format", "csv");

        var (scenario, policy, seed) = Assert.Single(_simulated);
        Assert.Equal((0, "priority", 7, TimeSpan.FromSeconds(1.5)), (code, policy, seed, scenario.Patience));
        Assert.Equal([0, 25, 50], scenario.Requests.Select(request => request.Offset.TotalSeconds));
        Assert.Equal([50, 100, 150], scenario.Requests.Select(request => request.ContextTokens));
        Assert.Equal(["gemini", "groq", "openrouter"], scenario.Catalog.Targets.Select(target => target.Provider));
        Assert.Contains("policies,priority,,served,8", output, StringComparison.Ordinal);
        Assert.Contains("policies,priority,,of_bound,\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.DoesNotContain("bound,any", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulate_SliceShapeAndProviders_MakeTheScenario()
    {
        var providers = Save("providers.json", """
            { "ThotNet": { "Providers": { "mine": { "BaseUrl": "https://mine.example", "ApiKeyVariable": "MINE", "Models": { "m": { "Id": "m" } } } } } }
            """);

        await RunAsync("simulate", "--trace", Trace(), "--slice", "00:00:05-00:01:00", "--shape", "diurnal", "--providers", providers, "--policy", "latency");

        var scenario = Assert.Single(_simulated).Scenario;
        Assert.Equal([200, 300], scenario.Requests.Select(request => request.ContextTokens));
        Assert.Equal("mine/m", Assert.Single(scenario.Catalog.Targets).Id);
    }

    [Fact]
    public async Task Simulate_Plot_IsWrittenAsSvg()
    {
        var plot = Path.Combine(_folder, "plot.svg");

        var (code, output, _) = await RunAsync("simulate", "--trace", Trace(), "--plot", plot);

        Assert.Equal(0, code);
        Assert.StartsWith("Policies", output, StringComparison.Ordinal);
        Assert.Equal(PolicyNames.All.Count, XDocument.Load(plot).Root!.Elements(XName.Get("g", "http://www.w3.org/2000/svg")).Count());
    }

    [Fact]
    public async Task Simulate_BadInput_IsToldAllAtOnceWithCode2()
    {
        var trace = Save("bad.csv", "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46,1,1\n2023-11-16 18:15:45,1,1\n");
        var providers = Save("bad.json", """
            { "ThotNet": { "Providers": { "one": { "BaseUrl": "https://one.example", "ApiKeyVariable": "ONE", "Share": -1, "Models": { "m": { "Id": "" } } } } } }
            """);

        var (code, output, errors) = await RunAsync(
            "simulate", "--trace", trace, "--providers", providers, "--patience", "121", "--policy", "best", "--stretch", "0", "--tokens-scale", "-1",
            "--shape", "round", "--slice", "5-4", "--seed", "-1", "--format", "xml", "--plot", Path.Combine(_folder, "none", "plot.svg"));

        Assert.Equal((2, ""), (code, output));
        Assert.Empty(_simulated);
        Assert.Equal(
            [
                $"--trace: {trace}: line 3: earlier than the line before it",
                "--slice: '5-4' is not allowed; allowed: a start and a later end such as 00:10:00-00:20:00",
                "--stretch: '0' is not allowed; allowed: a number from 0.01 to 10000",
                "--shape: 'round' is not known; allowed: flat, diurnal",
                "--tokens-scale: '-1' is not allowed; allowed: a number from 0.0001 to 1000",
                "--providers: ThotNet:Providers:one:Share: '-1' is not allowed; allowed: a number, 0.001 to 1000000",
                "--providers: ThotNet:Providers:one:Models:m:Id: missing; allowed: text",
                "--policy: 'best' is not known; allowed: thotnet, priority, weighted-random, least-utilised, latency, all",
                "--patience: '121' is not allowed; allowed: a number from 0 to 120",
                "--seed: '-1' is not allowed; allowed: a whole number from 0 to 2147483647",
                "--format: 'xml' is not known; allowed: table, json, csv",
                $"--plot: '{Path.Combine(_folder, "none", "plot.svg")}' is in no existing folder",
            ],
            errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    [Theory]
    [InlineData("simulate")]
    [InlineData("simulate", "--trace")]
    [InlineData("simulate", "--trace", "/no/such/file.csv")]
    [InlineData("simulate", "--trace", "")]
    [InlineData("project", "--users", "0")]
    [InlineData("project", "--tokens", "NaN")]
    [InlineData("project", "--webllm", "101")]
    [InlineData("project", "--output-part", "NaN")]
    [InlineData("project", "--providers", "/no/such/file.json")]
    [InlineData("project", "--colour", "red")]
    [InlineData("predict")]
    [InlineData]
    public async Task Run_UnusableCommandLine_EndsWithCode2AndAReason(params string[] args)
    {
        var (code, output, errors) = await RunAsync(args);

        Assert.Equal((2, ""), (code, output));
        Assert.NotEqual("", errors);
    }

    [Theory]
    [InlineData("--slice", "01:00:00-02:00:00", "--trace: no requests from 01:00:00 to 02:00:00; it ends at 00:00:20")]
    [InlineData("--tokens-scale", "1000", "--trace: the request at 00:00:20 has more than 10000000 tokens when scaled")]
    public async Task Simulate_TraceThatCannotBeShaped_IsRefused(string option, string value, string error)
    {
        var (code, _, errors) = await RunAsync("simulate", "--trace", Trace(largest: 10_001), option, value);

        Assert.Equal((2, error), (code, errors.Trim()));
    }

    [Fact]
    public async Task Simulate_Cancelled_Ends()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.Equal(130, (await RunAsync(cancelled.Token, "simulate", "--trace", Trace())).Code);
    }

    [Fact]
    public async Task Project_Defaults_AreThousandAndTenThousandUsers()
    {
        var (code, output, errors) = await RunAsync("project", "--format", "json", "--webllm", "5");

        using var json = JsonDocument.Parse(output);
        var rows = json.RootElement.GetProperty("projection").EnumerateArray().ToList();
        Assert.Equal((0, ""), (code, errors));
        Assert.Equal(
            ["gemini", "groq", "openrouter", "browser (webllm)", "all", "all, moved where there is room"],
            rows.Take(6).Select(row => row.GetProperty("provider").GetString()));
        Assert.Equal([1000, 10_000], rows.Select(row => row.GetProperty("users_a_day").GetInt32()).Distinct());
        Assert.Equal(
            """{"users_a_day":1000,"provider":"openrouter","share":0.7,"requests":3500,"tokens":595000,"allowed_a_day":1176,"limit":"200,000 tokens a day, calendar","fits":1176,"runs_out_at":"08:04","overflow_requests":2324,"overflow_tokens":395080,"overflow_dollars":0.0233}""",
            JsonSerializer.Serialize(rows[2]));
    }

    [Fact]
    public async Task Project_Options_ChangeTheDay()
    {
        var (_, output, _) = await RunAsync(
            "project", "--users", "7", "--requests-per-user", "2", "--tokens", "100000", "--output-part", "0.5", "--input-price", "1", "--output-price", "3",
            "--format", "csv");

        // 14 requests of 100,000 tokens: openrouter has room for 2 of its 10, and eight times 0.2 dollars are overflow.
        Assert.Contains("projection,7,openrouter,overflow_dollars,1.6", output, StringComparison.Ordinal);
        Assert.Contains("projection,70,all,requests,140", output, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(params string[] args) => RunAsync(TestContext.Current.CancellationToken, args);

    private async Task<(int Code, string Output, string Errors)> RunAsync(CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await PlannerCommands.RunAsync(args, Simulate, TimeProvider.System, output, errors, cancellation);
        return (code, output.ToString(), errors.ToString());
    }

    private SimulationResult Simulate(Scenario scenario, string policy, int seed, Action<int>? progress, CancellationToken cancellation)
    {
        lock (_simulated) _simulated.Add((scenario, policy, seed));
        return HandMade.Simulate(scenario, policy, seed, progress, cancellation);
    }

    private string Trace(int largest = 300) => Save("trace.csv", $"""
        TIMESTAMP,ContextTokens,GeneratedTokens
        2023-11-16 18:15:46.0000000,100,10
        2023-11-16 18:15:56.0000000,200,20
        2023-11-16 18:16:06.0000000,{largest},30
        """);

    private string Save(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
