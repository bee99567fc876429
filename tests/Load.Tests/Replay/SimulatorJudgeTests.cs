using System.Net.Http.Json;
using ThotNet.Load.Replay;
using ThotNet.ProviderSimulator;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.Load.Tests.Replay;

public sealed class SimulatorJudgeTests
{
    [Fact]
    public async Task AskAsync_RunningSimulator_GivesItsCounts()
    {
        var options = new SimulatorOptions();
        options.Providers["groq"].Quotas["minute"] = new() { Amount = 1 };
        await using var simulator = await SimulatorHost.StartAsync(options, TimeProvider.System);
        using var client = new HttpClient { BaseAddress = simulator.BaseAddress, DefaultRequestHeaders = { Authorization = new("Bearer", "sim-test") } };
        var body = new { model = "openai/gpt-oss-20b", messages = new[] { new { role = "user", content = "Hello" } } };
        for (var i = 0; i < 3; i++) using (await client.PostAsJsonAsync("groq/openai/v1/chat/completions", body)) { }

        var report = await SimulatorJudge.AskAsync(simulator.BaseAddress);

        Assert.Equal([("groq", 200, 1L), ("groq", 429, 2L)], report.Requests.Select(count => (count.Provider, count.Status, count.Count)));
        var minute = Assert.Single(report.Quotas, quota => quota.Name == "minute");
        Assert.Equal(("groq", "test", "openai/gpt-oss-20b", 1L, 2L), (minute.Provider, minute.Account, minute.Model, minute.Limit, minute.WorstOverspend));
    }
}
