using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Policies;
using ThotNet.Planner.Simulation;
using static ThotNet.Planner.Tests.Scenarios.SmallScenario;
using Simulator = ThotNet.Planner.Simulation.Simulation;

namespace ThotNet.Planner.Tests.Simulation;

public sealed class SimulationTests
{
    [Fact]
    public void Run_SmallScenarios_KeepsEveryBudgetAndAccountsForEveryRequest()
    {
        var budgets =
            from metric in Gen.OneOf(BudgetMetric.Requests, BudgetMetric.Tokens, BudgetMetric.InputTokens, BudgetMetric.OutputTokens, BudgetMetric.Cost)
            from kind in Gen.OneOf(BudgetKind.Rolling, BudgetKind.Calendar, BudgetKind.LeakyBucket)
            from seconds in Gen.OneOf(30, 60, 3600, 86_400)
            from zone in Gen.OneOf("UTC", "Asia/Kolkata")
            from amount in Gen.Long[1, metric == BudgetMetric.Requests ? 5 : 40]
            select Budget(metric, amount, seconds, kind, zone);
        var requests =
            from seconds in Gen.Int[0, 60]
            from context in Gen.Int[0, 6]
            from generated in Gen.Int[0, 3]
            select At(seconds * 3.0, context, generated);
        var scenarios =
            from all in requests.Array[1, 40]
            from patience in Gen.OneOf(0.0, 10, 120)
            from quotas in budgets.Array[0, 3].Array[1, 3]
            select Of([.. all.OrderBy(request => request.Offset)], patience, quotas);

        scenarios.MustHold(
            scenario =>
            {
                foreach (var policy in PolicyNames.All)
                {
                    var result = Run(scenario, policy);
                    Assert.Equal(0, result.WorstOverspend);
                    Assert.Equal(scenario.Requests.Length, result.Served + result.Refused);
                    Assert.Equal(result.Served, result.Targets.Sum(target => target.Served));
                    Assert.Equal(result.Served, result.Timeline.Sum(part => part.Served.Sum()));
                    Assert.InRange(result.Waits.Longest, TimeSpan.Zero, scenario.Patience);
                }
            },
            iter: 100);
    }

    [Fact]
    public void Run_Twice_IsTheSame()
    {
        var scenario = Of([.. Enumerable.Range(0, 500).Select(number => At(number * 2, number % 7 * 100, 10))], 10, [Budget(BudgetMetric.Tokens, 2000, 60)], [Budget(BudgetMetric.Requests, 5, 60)]);

        foreach (var policy in PolicyNames.All)
        {
            var (first, second) = (Run(scenario, policy), Run(scenario, policy));
            Assert.Equal(first.Targets, second.Targets);
            Assert.Equal(first.Budgets, second.Budgets);
            Assert.Equal(first.Waits, second.Waits);
        }
    }

    [Fact]
    public void Run_NoPatience_NobodyWaits()
    {
        var result = Run(Of([At(0), At(1), At(61)], 0, [Budget(BudgetMetric.Requests, 1, 60)]), PolicyNames.ThotNet);

        Assert.Equal((2, 1, 0), (result.Served, result.Refused, result.Waits.Waited));
    }

    [Fact]
    public void Run_OnlyADearTargetHasRoom_ServesThere()
    {
        // Of the second target's tokens there are hardly any for a day, and the first one is full.
        var requests = Enumerable.Range(0, 200).Select(number => At(number * 5, 100)).ToArray();
        var scenario = Of(requests, 0, [Budget(BudgetMetric.Requests, 1, 86_400)], [Budget(BudgetMetric.Tokens, 20_000, 86_400, BudgetKind.Calendar)]);

        Assert.Equal(200, Run(scenario, PolicyNames.ThotNet).Served);
    }

    private static SimulationResult Run(Scenario scenario, string policy) =>
        Simulator.Run(scenario, policy, seed: 1, null, TestContext.Current.CancellationToken);
}
