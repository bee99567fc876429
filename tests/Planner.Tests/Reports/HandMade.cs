using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Optimum;
using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Tests.Reports;

/// <summary>Results made by hand.</summary>
internal static class HandMade
{
    private static readonly BudgetDefinition Minute = new(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling);
    private static readonly BudgetDefinition Day = new(BudgetMetric.Tokens, 1000, TimeSpan.FromDays(1), BudgetKind.Calendar, "America/Los_Angeles");

    public static BoundResult Bound { get; } = new(
        8, 8.5, TimeSpan.FromSeconds(1.5), [new("provider/one/default", Minute, 0), new("provider/two/default", Day, 0.0025)]);

    public static SimulationResult Result(string policy, int requests = 10, int served = 6) => new(
        policy, requests, served,
        [new("one/a", served - 1, 500, 0.75, 0.8), new("two/<b>", 1, 100, 0.25, 0.2)],
        [
            new("provider/one/default", Minute, served - 1, 0.5, null, TimeSpan.Zero, 0),
            new("provider/two/default", Day, 999, 0.999, TimeSpan.FromHours(3), TimeSpan.FromHours(21), 4),
        ],
        new(2, TimeSpan.FromSeconds(0.5), TimeSpan.Zero, TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(9.5)),
        [new(TimeSpan.Zero, 4, [3, 0]), new(TimeSpan.FromMinutes(5), requests - 4, [served - 4, 1])]);

    /// <summary>An engine that serves as many as the policy's name has letters.</summary>
    public static SimulationResult Simulate(Scenario scenario, string policy, int seed, Action<int>? progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        progress?.Invoke(scenario.Requests.Length);
        var result = Result(policy, scenario.Requests.Length, policy.Length);
        return result with { Waits = result.Waits with { Waited = seed, Longest = scenario.Patience } };
    }
}
