using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Optimum;
using ThotNet.Planner.Providers;
using ThotNet.Planner.Scenarios;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;
using static ThotNet.Planner.Tests.Scenarios.SmallScenario;

namespace ThotNet.Planner.Tests.Optimum;

public sealed class LinearBoundTests
{
    [Fact]
    public void Compute_NoBudgets_ServesAll()
    {
        Assert.Equal(3, Bound(Of([At(0), At(0), At(0)], 0, [[]])).Requests);
    }

    [Fact]
    public void Compute_RequestsOfAMinute_AreItsAmount()
    {
        var bound = Bound(Of([At(0), At(10), At(59), At(60), At(61)], 0, [Budget(BudgetMetric.Requests, 2, 60)]));

        Assert.Equal(4, bound.Requests);
        Assert.Equal(1, Assert.Single(bound.Prices).Price, 1e-6);
    }

    [Fact]
    public void Compute_Patience_ReachesTheNextMinuteOnlyForThoseWhoseItIsLongEnough()
    {
        TraceEntry[] requests = [At(0), At(49), At(50), At(59)];

        Assert.Equal(1, Bound(Of(requests, 0, [Budget(BudgetMetric.Requests, 1, 60)])).Requests);
        Assert.Equal(2, Bound(Of(requests, 10, [Budget(BudgetMetric.Requests, 1, 60)])).Requests);
        Assert.Equal(1, Bound(Of(requests[..2], 10, [Budget(BudgetMetric.Requests, 1, 60)])).Requests);
    }

    [Fact]
    public void Compute_TokensOfADay_GoToTheSmallest()
    {
        var bound = Bound(Of([At(0, 60), At(1, 10), At(2, 50), At(3, 20)], 0, [Budget(BudgetMetric.Tokens, 80, 86_400, BudgetKind.Calendar)]));

        Assert.Equal(3, bound.Requests);
        Assert.Equal(3, bound.Exact, 1e-6);
    }

    [Fact]
    public void Compute_TwoTargets_GivesEachWhatItServesBest()
    {
        // One counts requests and the other tokens: the large ones go where size does not matter.
        var scenario = Of(
            [At(0, 100), At(1, 1), At(2, 100), At(3, 1)], 0,
            [Budget(BudgetMetric.Requests, 2, 86_400, BudgetKind.Calendar)], [Budget(BudgetMetric.Tokens, 101, 86_400, BudgetKind.Calendar)]);

        Assert.Equal(4, Bound(scenario).Requests);
    }

    [Fact]
    public void Compute_RequestLargerThanABudget_IsServedNowhere()
    {
        Assert.Equal(1, Bound(Of([At(0, 11), At(1, 10)], 0, [Budget(BudgetMetric.Tokens, 10, 60)])).Requests);
    }

    [Fact]
    public void Compute_LeakyBucket_HoldsItsAmountAndWhatDrains()
    {
        // At once 4, and one more each 15 s: 4 in the first minute besides the 4 that the full bucket keeps.
        var requests = Enumerable.Range(0, 60).Select(second => At(second)).ToArray();

        Assert.Equal(8, Bound(Of(requests, 0, [Budget(BudgetMetric.Requests, 4, 60, BudgetKind.LeakyBucket)])).Requests);
    }

    [Fact]
    public void Compute_CalendarOfAnotherZone_BeginsItsDayThere()
    {
        // 05:00 UTC is midnight in New York in winter.
        TraceEntry[] requests = [At(3600), At(7200), At(5.5 * 3600), At(6 * 3600)];

        Assert.Equal(2, Bound(Of(requests, 0, [Budget(BudgetMetric.Requests, 1, 86_400, BudgetKind.Calendar, "America/New_York")])).Requests);
        Assert.Equal(1, Bound(Of(requests, 0, [Budget(BudgetMetric.Requests, 1, 86_400, BudgetKind.Calendar)])).Requests);
    }

    [Fact]
    public void Compute_DayOfSeedBudgets_IsTheSumOfWhatTheyHold()
    {
        // 20,000 equal requests: 14,400 by count, and 1,200,000 / 500 by tokens.
        var trace = new RequestTrace(Midnight, [.. Enumerable.Range(0, 20_000).Select(index => At(index * 4.3, 400, 100))]);
        var scenario = ScenarioBuilder.Build(trace, new TraceShape(), ProvidersFile.Seed(), TimeSpan.FromSeconds(10));

        var bound = Bound(scenario);

        Assert.Equal(16_800, bound.Requests);
        Assert.Equal(
            [0.002, 0, 1, 0, 0.002, 0],
            bound.Prices.OrderBy(price => price.Quota).ThenByDescending(price => price.Definition.Window).Select(price => Math.Round(price.Price, 6)));
    }

    [Fact]
    public void Compute_YearOfRequests_TakesCoarserBlocksAndStaysABound()
    {
        // One request an hour and one allowed an hour: blocks are of 256 minutes then, so that up to one more an hour at their ends passes.
        var trace = new RequestTrace(Midnight, [.. Enumerable.Range(0, 366 * 24 * 2).Select(index => At(index * 1800.0))]);
        var scenario = Of([.. trace.Entries], 0, [Budget(BudgetMetric.Requests, 1, 3600)]);

        Assert.InRange(Bound(scenario).Requests, 366 * 24, 366 * 24 * 5 / 4);
    }

    [Fact]
    public async Task Compute_Cancelled_GivesUp()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Assert.Throws<OperationCanceledException>(() => LinearBound.Compute(Of([At(0)], 0, [[]]), TimeProvider.System, cancelled.Token));
    }

    [Fact]
    public void Compute_TinyScenarios_IsNeverBelowTheBestChoice()
    {
        var metrics = Gen.OneOf(BudgetMetric.Requests, BudgetMetric.Tokens, BudgetMetric.InputTokens, BudgetMetric.OutputTokens, BudgetMetric.Cost);
        var budgets =
            from metric in metrics
            from kind in Gen.OneOf(BudgetKind.Rolling, BudgetKind.Calendar, BudgetKind.LeakyBucket)
            from seconds in Gen.OneOf(30, 60, 90, 120, 3600)
            from zone in Gen.OneOf("UTC", "Asia/Kolkata")
            from amount in Gen.Long[1, metric == BudgetMetric.Requests ? 3 : 12]
            select Budget(metric, amount, seconds, kind, zone);
        var requests =
            from seconds in Gen.Int[0, 20]
            from context in Gen.Int[0, 6]
            from generated in Gen.Int[0, 3]
            select At(seconds * 13.0, context, generated);
        var scenarios =
            from all in requests.Array[1, 5]
            from patience in Gen.OneOf(0.0, 10, 45, 120)
            from quotas in budgets.Array[0, 3].Array[1, 2]
            select Of([.. all.OrderBy(request => request.Offset)], patience, quotas);

        scenarios.MustHold(scenario => BruteForce.MostServed(scenario) <= Bound(scenario).Requests, iter: 300);
    }

    private static BoundResult Bound(Scenario scenario) => LinearBound.Compute(scenario, TimeProvider.System, TestContext.Current.CancellationToken);
}
