using System.Net.Http.Json;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.ProviderSimulator.Tests.Quotas;

/// <summary>The limits that providers document (wire.md section 6) stand beside those of the defaults, switched off.</summary>
public class DocumentedQuotaTests
{
    [Theory]
    [InlineData("openrouter", "documented-day", QuotaMetric.Requests, 50, QuotaKind.Calendar)]
    [InlineData("groq", "documented-day", QuotaMetric.Requests, 1_000, QuotaKind.LeakyBucket)]
    [InlineData("groq", "documented-day-tokens", QuotaMetric.Tokens, 200_000, QuotaKind.LeakyBucket)]
    public void Defaults_DocumentedDay_DefinedButOff(string provider, string name, QuotaMetric metric, long amount, QuotaKind kind) =>
        Assert.Equal(
            new SimulatedQuota { Metric = metric, Amount = amount, Kind = kind, Window = TimeSpan.FromDays(1), Mode = QuotaMode.Off },
            new SimulatorOptions().Providers[provider].Quotas[name]);

    [Fact]
    public void Defaults_GroqMinuteTokens_AsDocumentedButOff() => Assert.Equal(
        new SimulatedQuota { Metric = QuotaMetric.Tokens, Amount = 8_000, Kind = QuotaKind.LeakyBucket, Mode = QuotaMode.Off },
        new SimulatorOptions().Providers["groq"].Quotas["minute-tokens"]);

    [Fact]
    public async Task Default_Off_DoesNotExist()
    {
        await using var sim = await Sim.Start();
        await sim.Ask(Sim.OpenRouter);
        Assert.Equal(["day", "minute"], sim.State.Quotas().Select(quota => quota.Name));
    }

    [Fact]
    public async Task Control_SwitchedOn_RefusesTheFiftyFirstOfTheDay()
    {
        await using var sim = await Sim.Start();
        var quota = new SimulatorOptions().Providers["openrouter"].Quotas["documented-day"] with { Mode = QuotaMode.Enforce };
        var change = new Dictionary<string, Dictionary<string, SimulatedQuota>> { ["openrouter"] = new() { ["documented-day"] = quota } };
        var response = await sim.Http.PostAsJsonAsync("control/quotas", change, ControlEndpoints.Json, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        for (var i = 0; i < 50; i++)
            Assert.Equal(200, (int)(await sim.Ask(Sim.OpenRouter, "[[tokens=1]]")).StatusCode);
        var (status, body) = await sim.AskJson(Sim.OpenRouter);
        Assert.Equal(429, status);
        Assert.StartsWith("Rate limit exceeded: free-models-per-day", (string?)body["error"]!["message"], StringComparison.Ordinal);
        sim.Time.Advance(TimeSpan.FromHours(12));
        Assert.Equal(200, (int)(await sim.Ask(Sim.OpenRouter)).StatusCode);
    }
}
