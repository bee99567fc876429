namespace ThotNet.EndToEnd.Tests;

/// <summary>One ThotNet whose account at Groq somebody else uses too, and whose account at OpenRouter is refused for a while.</summary>
public sealed class ForeignUseFixture : IAsyncLifetime
{
    public const string Model = "openai/gpt-oss-20b";

    public StandaloneFixture Thotnet { get; } = new(
        "--ThotNet:Providers:groq:Budgets:day:Metric=Requests",
        "--ThotNet:Providers:groq:Budgets:day:Amount=1000",
        "--ThotNet:Providers:groq:Budgets:day:Window=1.00:00:00",
        "--ThotNet:Providers:groq:Budgets:day:Kind=LeakyBucket");

    public async ValueTask InitializeAsync()
    {
        await Thotnet.InitializeAsync();
        Thotnet.Simulator.ReplaceQuotas("groq", new Dictionary<string, ProviderSimulator.Configuration.SimulatedQuota>
        {
            ["day"] = new() { Amount = 1000, Window = TimeSpan.FromDays(1), Kind = ProviderSimulator.Configuration.QuotaKind.LeakyBucket },
        });
    }

    public ValueTask DisposeAsync() => Thotnet.DisposeAsync();
}
