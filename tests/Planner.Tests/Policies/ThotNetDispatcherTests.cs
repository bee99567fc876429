using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Policies;
using ThotNet.Planner.Simulation;
using static ThotNet.Planner.Tests.Scenarios.SmallScenario;
using Simulator = ThotNet.Planner.Simulation.Simulation;

namespace ThotNet.Planner.Tests.Policies;

public sealed class ThotNetDispatcherTests
{
    [Fact]
    public void Arrive_HeadroomEverywhere_EachTargetIsWithinOneRequestOfItsShareAtAnyTime()
    {
        double[] shares = [0.7, 0.2, 0.1];
        for (var requests = 1; requests <= 150; requests++)
        {
            var result = Run(WithShares(shares, Of([.. Enumerable.Range(0, requests).Select(number => At(number, 100, 50))], 10, [], [], [])));

            Assert.Equal(requests, result.Served);
            Assert.All(shares.Zip(result.Targets), pair => Assert.InRange(pair.Second.Served - (pair.First * requests), -1, 1));
        }
    }

    [Fact]
    public void Advance_OneRequestAMinute_ThoseWhoCanBeServedInTimeAreInTheOrderOfArrival()
    {
        var result = Run(Of([At(0), At(1), At(2), At(3)], 118.5, [Budget(BudgetMetric.Requests, 1, 60)]));

        // At 0, 60.001 and 120.002 s, a millisecond being the finest step of a window; the fourth would have to wait until 180.
        Assert.Equal((3, 2), (result.Served, result.Waits.Waited));
        Assert.Equal(TimeSpan.FromMilliseconds(118_002), result.Waits.Longest);
    }

    [Fact]
    public void Arrive_NoTargetHasRoomInTime_IsRefusedAndSpendsNothing()
    {
        var result = Run(Of([At(0), At(1)], 10, [Budget(BudgetMetric.Requests, 1, 60)]));

        Assert.Equal((1, 1, 0), (result.Served, result.Refused, result.Waits.Waited));
        Assert.Equal(1, result.Budgets[0].Used);
    }

    [Fact]
    public void Arrive_TokensAreScarceBesideRequests_SmallRequestsGetThem()
    {
        // Of 400 requests in an hour 200 can be served by requests; the tokens are enough for all small ones and for no more than two large ones.
        var requests = Enumerable.Range(0, 400).Select(number => At(number * 9.0, number % 2 == 0 ? 20 : 2000)).ToArray();
        var result = Run(Of(requests, 0, [Budget(BudgetMetric.Tokens, 5_000, 86_400)], [Budget(BudgetMetric.Requests, 200, 86_400)]));

        Assert.InRange(result.Targets[0].Served, 150, 202);
        Assert.InRange(result.Targets[0].Tokens / result.Targets[0].Served, 20, 50);
    }

    private static Scenario WithShares(double[] shares, Scenario scenario) => scenario with
    {
        Catalog = new([.. scenario.Catalog.Targets.Zip(shares, (target, share) => target with { Share = share })], [.. scenario.Catalog.Quotas.All]),
    };

    private static SimulationResult Run(Scenario scenario) => Simulator.Run(scenario, PolicyNames.ThotNet, seed: 1, null, TestContext.Current.CancellationToken);
}
