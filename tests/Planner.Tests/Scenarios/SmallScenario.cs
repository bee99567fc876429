using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Tests.Scenarios;

/// <summary>Makes scenarios by hand.</summary>
internal static class SmallScenario
{
    public static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Targets <c>a</c>, <c>b</c>, ... of equal share, each with budgets of its own.</summary>
    public static Scenario Of(TraceEntry[] requests, double patience, params BudgetDefinition[][] budgets)
    {
        ImmutableArray<string> names = [.. budgets.Select((_, index) => ((char)('a' + index)).ToString())];
        var catalog = new Catalog(
            [.. names.Select(name => new TargetDefinition(name, "model", [], 1, $"provider/{name}/default", Capabilities.None, 100) { InputPrice = 1, OutputPrice = 3 })],
            [.. names.Select((name, index) => new QuotaDefinition($"provider/{name}/default", [.. budgets[index]]))]);
        return new([.. requests], catalog, Midnight, TimeSpan.FromSeconds(patience));
    }

    public static TraceEntry At(double seconds, int context = 1, int generated = 0) => new(TimeSpan.FromSeconds(seconds), context, generated);

    public static BudgetDefinition Budget(BudgetMetric metric, long amount, double seconds, BudgetKind kind = BudgetKind.Rolling, string zone = "UTC") =>
        new(metric, amount, TimeSpan.FromSeconds(seconds), kind, zone);
}
