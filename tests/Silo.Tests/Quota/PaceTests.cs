using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>When a silo asks the authority of a quota, and when it does not.</summary>
public sealed class PaceTests
{
    private static readonly QuotaAmounts One = QuotaBench.One;

    [Fact]
    public async Task ReserveAsync_TenThousandRequests_AsksAtMostOnceASecond()
    {
        var bench = QuotaBench.WithRequests(1_000_000);
        List<Task<ReserveOutcome>> all = [];
        for (var step = 0; step < 100; step++)
        {
            for (var request = 0; request < 100; request++)
            {
                all.Add(SpendAsync(bench));
            }

            bench.Advance(0.1);
        }

        Assert.All(await Task.WhenAll(all), outcome => Assert.True(outcome.IsGranted));
        Assert.All(bench.Asked.Zip(bench.Asked.Skip(1)), pair => Assert.True(pair.Second.At - pair.First.At >= LeaseRules.Pace));
        Assert.InRange(bench.Asked.Count, 10, 11);
    }

    [Fact]
    public async Task ReserveAsync_SteadyLoad_NobodyWaitsOnceTheDemandIsKnown()
    {
        var bench = QuotaBench.WithRequests(1_000_000);
        List<Task<ReserveOutcome>> all = [];
        var waited = 0;
        for (var step = 0; step < 200; step++)
        {
            all.Add(SpendAsync(bench, 10));
            waited += step > 20 && !all[^1].IsCompleted ? 1 : 0;
            bench.Advance(0.1);
        }

        Assert.All(await Task.WhenAll(all), outcome => Assert.True(outcome.IsGranted));
        Assert.Equal(0, waited);
    }

    [Fact]
    public async Task ReserveAsync_SecondDoesNotFit_IsServedWhenThePaceIsOver()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Least);
        Assert.True((await bench.ReserveAsync()).IsGranted);
        bench.Advance(0.25);
        var second = bench.ReserveAsync();
        bench.Advance(0.7);
        Assert.Equal([0.0], bench.Times());
        Assert.False(second.IsCompleted);
        bench.Advance(0.05);
        Assert.Equal([0.0, 1.0], bench.Times());
        Assert.True((await second).IsGranted);
    }

    [Fact]
    public async Task ReserveAsync_SomebodyWaits_ManyTimesTheKnownDemandIsAskedFor()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Least);
        await bench.ReserveAsync();
        Assert.Equal((65 * One, One), (bench.Last.Wanted, bench.Last.Least));
        var waiting = Enumerable.Range(0, 5).Select(_ => bench.ReserveAsync()).ToArray();
        bench.Advance(1);
        Assert.Equal((65 * 5 * One, One), (bench.Last.Wanted, bench.Last.Least));
        Assert.True((await waiting[0]).IsGranted);
        Assert.False(waiting[1].IsCompleted);
    }

    [Fact]
    public async Task ReserveAsync_LeasesAreTooSmallForTheLine_WhoHasNothingAfterTwoSecondsIsRefused()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Least);
        var early = Enumerable.Range(0, 5).Select(_ => bench.ReserveAsync()).ToArray();
        bench.Advance(0.5);
        var late = bench.ReserveAsync();
        bench.Advance(1.5);
        Assert.Equal([0.0, 1.0, 2.0], bench.Times());
        var outcomes = await Task.WhenAll(early);
        Assert.Equal([true, true, true, false, false], outcomes.Select(outcome => outcome.IsGranted));
        Assert.Equal(new(null, LeaseRefusal.Exhausted, LeaseRules.ReturnPoll, false) { Waited = TimeSpan.FromSeconds(2) }, outcomes[^1]);
        Assert.False(late.IsCompleted);
        bench.Advance(1);
        Assert.True((await late).IsGranted);
    }

    [Fact]
    public async Task ReserveAsync_LeasesOfACallersLimitAreTooSmallForTheLine_WhoHasNothingAfterTenSecondsIsRefused()
    {
        var bench = new QuotaBench(CallerLimits.Define(CallerLimits.QuotaKeyOf("1"), [QuotaBench.Minute(BudgetMetric.Requests, 100)]));
        bench.Answer = request => bench.Grant(request, request.Least);
        var all = Enumerable.Range(0, 13).Select(_ => bench.ReserveAsync()).ToArray();
        bench.Advance(10);
        var outcomes = await Task.WhenAll(all);
        Assert.Equal(11, outcomes.Count(outcome => outcome.IsGranted));
        Assert.All(outcomes[11..], outcome => Assert.Equal(LeaseRefusal.Exhausted, outcome.Refusal));
    }

    [Fact]
    public async Task ReserveAsync_SomebodyWaits_PlacesAreNotMultiplied()
    {
        var bench = QuotaBench.WithRequests(100);
        var request = One with { Concurrent = 1 };
        await bench.ReserveAsync(request);
        Assert.Equal((65 * One) with { Concurrent = 2 }, bench.Last.Wanted);
    }

    [Fact]
    public async Task ReserveAsync_ColdStartOfHundredThousandASecond_NobodyWaitsAfterThreeSeconds()
    {
        var bench = QuotaBench.WithRequests(100_000_000);
        List<Task<ReserveOutcome>> all = [];
        var waited = 0;
        for (var step = 0; step < 100; step++)
        {
            for (var request = 0; request < 10; request++)
            {
                all.Add(SpendAsync(bench, 1_000));
                waited += step > 30 && !all[^1].IsCompleted ? 1 : 0;
            }

            bench.Advance(0.1);
        }

        Assert.All(await Task.WhenAll(all), outcome => Assert.True(outcome.IsGranted));
        Assert.Equal(0, waited);
    }

    [Fact]
    public async Task ReserveAsync_DoesNotFitIntoTheOpenLease_ReturnsItWithTheQuestion()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, new(2, 200));
        await bench.ReserveAsync();
        bench.Answer = request => bench.Grant(request, request.Wanted);
        var large = bench.ReserveAsync(new(1, 500));
        bench.Advance(1);
        Assert.True((await large).IsGranted);
        var report = Assert.Single(bench.Last.Reports);
        Assert.Equal((1L, true, new QuotaAmounts(1, 100)), (report.LeaseId, report.Closed, report.Used));
    }

    [Fact]
    public async Task Settle_SmallLease_IsReportedWithThePace()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Least);
        var reservation = (await bench.ReserveAsync()).Reservation!.Value;
        bench.Advance(0.5);
        reservation.Settle(new(1, 40));
        Assert.Single(bench.Asked);
        bench.Advance(0.5);
        Assert.Equal([0.0, 1.0], bench.Times());
        var report = Assert.Single(bench.Last.Reports);
        Assert.Equal((true, new QuotaAmounts(1, 40), new QuotaAmounts(0, 60)), (report.Settled, report.Used, report.Refunded));
        bench.Advance(60);
        Assert.Equal(2, bench.Asked.Count);
    }

    [Fact]
    public async Task Heartbeat_LeaseInHand_AsksOnceAPaceUntilItIsGone()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Wanted);
        (await bench.ReserveAsync()).Reservation!.Value.Settle(One);
        bench.Advance(60);
        Assert.Equal([0.0, 1.0, 2.0, 3.0, 4.0, 5.0], bench.Times());
        Assert.All(bench.Asked.Skip(1), asked => Assert.Equal(QuotaAmounts.Zero, asked.Request.Wanted));
        Assert.True(Assert.Single(bench.Last.Reports).Settled);
    }

    [Fact]
    public void TryReserve_NothingInHand_AsksNobody()
    {
        var bench = QuotaBench.WithRequests(100);
        Assert.False(bench.Quota.TryReserve(One, out _));
        bench.Advance(60);
        Assert.Empty(bench.Asked);
    }

    [Fact]
    public async Task Refresh_LeaseRunsLow_AsksInAdvanceAndKeepsTheOldOneMeanwhile()
    {
        var bench = QuotaBench.WithRequests(100_000);
        bench.Answer = request => bench.Grant(request, new(20, 2000));
        await Take(bench, 18);
        bench.Answer = request =>
        {
            // The question is on its way: what is left of the old lease is still good.
            Assert.Equal((14L, 1L), (request.Wanted.Requests, request.Least.Requests));
            Assert.True(bench.Quota.TryReserve(One, out _));
            return bench.Grant(request, request.Wanted);
        };
        bench.Advance(1);
        Assert.Equal([0.0, 1.0], bench.Times());
        Assert.Empty(bench.Last.Reports);
        await Take(bench, 12);
        Assert.Equal(2, bench.Asked.Count);
        bench.Answer = QuotaBench.Nothing;
        bench.Advance(1);
        Assert.Equal(19, Assert.Single(bench.Last.Reports, report => report.LeaseId == 1).Used.Requests);
    }

    [Fact]
    public async Task Refresh_LeaseEnoughButSoonOver_AsksInAdvance()
    {
        var bench = QuotaBench.WithRequests(100_000);
        bench.Answer = request => bench.Grant(request, new(1000, 100_000));
        await Take(bench, 50);
        bench.Advance(3);
        Assert.Equal([0.0, 1.0, 2.0, 3.0], bench.Times());
        Assert.All(bench.Asked.Skip(1), asked => Assert.Equal(0, asked.Request.Wanted.Requests));
        bench.Advance(1);
        Assert.InRange(bench.Last.Wanted.Requests, 20, 25);
    }

    [Fact]
    public async Task Refresh_LeaseNotUsed_IsNotRenewed()
    {
        var bench = QuotaBench.WithRequests(100_000);
        bench.Answer = request => bench.Grant(request, new(1000, 100_000));
        for (var request = 0; request < 500; request++)
        {
            await SpendAsync(bench);
        }

        bench.Advance(60);
        Assert.Equal(2, bench.Asked.Count(asked => asked.Request.Wanted != QuotaAmounts.Zero));
        Assert.InRange(bench.Asked.Count, 6, 11);
    }

    [Fact]
    public async Task NotAnswered_BacksOffOneTwoFourFive()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = _ => throw new TimeoutException();
        var refused = await bench.ReserveAsync();
        Assert.Equal((LeaseRefusal.StorageFailed, TimeSpan.FromSeconds(1)), (refused.Refusal, refused.RetryAfter));
        bench.Advance(25);
        Assert.Equal([0.0, 1.0, 3.0, 7.0, 12.0, 17.0, 22.0], bench.Times());
        Assert.Single(bench.Asked.Select(asked => asked.Request.Sequence).Distinct());
        bench.Answer = QuotaBench.Nothing;
        bench.Advance(2);
        Assert.Equal(27, bench.Times()[^1]);
        bench.Answer = _ => throw new TimeoutException();
        bench.Advance(1);
        Assert.Equal(TimeSpan.FromSeconds(1), (await bench.ReserveAsync()).RetryAfter);
    }

    [Fact]
    public async Task NotAnswered_StorageFailed_BacksOffToo()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => new(request.Sequence, null, LeaseRefusal.StorageFailed, TimeSpan.FromSeconds(1));
        Assert.Equal(LeaseRefusal.StorageFailed, (await bench.ReserveAsync()).Refusal);
        bench.Advance(8);
        Assert.Equal([0.0, 1.0, 3.0, 7.0], bench.Times());
    }

    [Fact]
    public async Task NotAnswered_LeaseInHand_StaysGoodToItsEnd()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, new(50, 5000));
        await bench.ReserveAsync();
        bench.Answer = _ => throw new TimeoutException();
        bench.Advance(4.9);
        Assert.True(bench.Quota.TryReserve(One, out _));
        bench.Advance(0.1);
        Assert.False(bench.Quota.TryReserve(One, out _));
    }

    [Fact]
    public async Task PendingRequest_IsReportedAgainEveryTenSeconds()
    {
        var bench = QuotaBench.WithRequests(100);
        bench.Answer = request => bench.Grant(request, request.Least);
        var reservation = (await bench.ReserveAsync()).Reservation!.Value;
        bench.Advance(30);
        Assert.Equal([0.0, 1, 2, 3, 4, 5, 15, 25], bench.Times());
        Assert.Equal(TimeSpan.FromSeconds(25) + LeaseRules.PendingAllowance, Assert.Single(bench.Last.Reports).LastUse);
        reservation.MarkReceived();
        Assert.Equal((9, TimeSpan.FromSeconds(30)), (bench.Asked.Count, Assert.Single(bench.Last.Reports).LastUse));
        bench.Advance(600);
        Assert.Equal(9, bench.Asked.Count);
        reservation.SettleUnknown();
        Assert.Equal((true, TimeSpan.FromSeconds(30)), (bench.Last.Reports[0].Settled, bench.Last.Reports[0].LastUse));
    }

    private static async Task<ReserveOutcome> SpendAsync(QuotaBench bench, int requests = 1)
    {
        var outcome = await bench.ReserveAsync(new(requests, 100 * requests));
        outcome.Reservation?.Settle(new(requests, 100 * requests));
        return outcome;
    }

    private static async Task Take(QuotaBench bench, int requests)
    {
        for (var request = 0; request < requests; request++)
        {
            Assert.True((await bench.ReserveAsync()).IsGranted);
        }
    }
}
