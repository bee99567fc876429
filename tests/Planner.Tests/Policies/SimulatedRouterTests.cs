using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Planner.Policies;
using ThotNet.Planner.Simulation;
using static ThotNet.Planner.Tests.Scenarios.SmallScenario;

namespace ThotNet.Planner.Tests.Policies;

/// <summary>Prices follow what comes at the pace of a cluster: a silo reports each second.</summary>
public sealed class SimulatedRouterTests
{
    [Fact]
    public void Advance_TenRequestsInTheFirstSecond_HasPricesAtItsEnd()
    {
        var router = new SimulatedRouter(ScarceWorld());
        for (var request = 0; request < 10; request++)
        {
            router.Count(request);
        }

        router.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(QuotaPrices.None, router.Table.Prices[0]);
        router.Advance(TimeSpan.FromSeconds(1));
        Assert.True(router.Table.Prices[0].PerToken > 0);
    }

    [Fact]
    public void Advance_NineRequests_HasNoPrices()
    {
        var router = new SimulatedRouter(ScarceWorld());
        for (var request = 0; request < 9; request++)
        {
            router.Count(request);
        }

        router.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(QuotaPrices.None, router.Table.Prices[0]);
    }

    [Fact]
    public void Advance_InOneStepOrMany_HasTheSamePrices()
    {
        var (often, seldom) = (new SimulatedRouter(ScarceWorld()), new SimulatedRouter(ScarceWorld()));
        for (var request = 0; request < 12; request++)
        {
            often.Count(request);
            seldom.Count(request);
        }

        for (var step = 1; step <= 30; step++)
        {
            often.Advance(TimeSpan.FromSeconds(step));
        }

        seldom.Advance(TimeSpan.FromSeconds(30));
        Assert.True(often.Table.Prices[0].PerToken > 0);
        Assert.Equal(often.Table.Prices, seldom.Table.Prices);
    }

    // A day of tokens for some twenty requests.
    private static World ScarceWorld() => new(Of(
        [.. Enumerable.Range(0, 20).Select(number => At(number * 0.01, 100))],
        10,
        [Budget(BudgetMetric.Tokens, 2_000, 86_400)],
        [Budget(BudgetMetric.Requests, 1_000_000, 86_400)]));
}
