using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Tests.Decisions;

/// <summary>Decisions made by hand over two targets.</summary>
internal static class DecisionSamples
{
    public static readonly DateTimeOffset At = new(2026, 7, 1, 14, 0, 0, 250, TimeSpan.FromHours(2));

    public static readonly ImmutableArray<TargetDefinition> Targets = [Target("openrouter", "free"), Target("groq", "gpt-oss")];

    public static readonly RouteTable Table = new(
        7, At, [Route("groq/gpt-oss", null), Route("openrouter/free", new("provider/openrouter/default", [Minute, Day], TimeSpan.Zero, null))]);

    private static BudgetSnapshot Minute =>
        new(new(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling), 20, 0, 0, TimeSpan.FromSeconds(4)) { ProviderLimit = 18 };

    private static BudgetSnapshot Day =>
        new(new(BudgetMetric.InputTokens, 200_000, TimeSpan.FromDays(1), BudgetKind.Calendar), 1000, 500, 198_500, TimeSpan.FromHours(4));

    /// <summary>The second target was chosen because the first has no room.</summary>
    public static RouteDecision Second { get; } = new(
        At,
        "req_1",
        "auto",
        2,
        [
            new(0, 0.123456, 1.5, CandidateOutcome.NoHeadroom, TimeSpan.FromSeconds(3.2)),
            new(1, double.PositiveInfinity, -0.5, CandidateOutcome.Chosen, TimeSpan.Zero),
        ],
        TimeSpan.FromMilliseconds(12.5),
        Table);

    public static RouteDecision Numbered(int number) => Second with { RequestId = $"req_{number}" };

    public static TargetDefinition Target(string provider, string model) =>
        new(provider, model, [], 1, $"provider/{provider}/default", Capabilities.None, 100);

    private static TargetRoute Route(string target, QuotaSnapshot? quota) => new(target, 0.5, 0, 0, 0, TimeSpan.Zero, null, quota);
}
