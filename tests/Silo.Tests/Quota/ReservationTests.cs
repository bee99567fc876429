using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>Reservations from the lease in hand.</summary>
public sealed class ReservationTests
{
    private static readonly QuotaAmounts One = QuotaAmounts.OfRequest(60, 40, 7);

    [Fact]
    public async Task TryReserve_AndSettle_AllocateNothing()
    {
        var bench = await WithLeaseAsync(new(1_000_000, 100_000_000, 100_000_000, 100_000_000, 100_000_000, 10));
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var request = 0; request < 1000; request++)
            {
                Assert.True(bench.Quota.TryReserve(One, out var reservation));
                reservation.MarkReceived();
                reservation.Settle(One);
#pragma warning disable CA2012 // It is complete: nothing is waited for.
                bench.Quota.ReserveAsync(One, CancellationToken.None).Result.Reservation!.Value.SettleUnknown();
#pragma warning restore CA2012
            }
        }));
    }

    [Theory]
    [InlineData(BudgetMetric.Requests)]
    [InlineData(BudgetMetric.Tokens)]
    [InlineData(BudgetMetric.InputTokens)]
    [InlineData(BudgetMetric.OutputTokens)]
    [InlineData(BudgetMetric.Cost)]
    [InlineData(BudgetMetric.ConcurrentRequests)]
    public async Task TryReserve_AnyMetricUsedUp_IsFalse(BudgetMetric metric)
    {
        const long Enough = 1_000_000;
        long Of(BudgetMetric one, long scarce) => one == metric ? scarce : Enough;
        var bench = await WithLeaseAsync(new(
            Of(BudgetMetric.Requests, 2),
            Of(BudgetMetric.Tokens, 200),
            Of(BudgetMetric.InputTokens, 120),
            Of(BudgetMetric.OutputTokens, 80),
            Of(BudgetMetric.Cost, 14),
            Of(BudgetMetric.ConcurrentRequests, 2)));
        Assert.True(bench.Quota.TryReserve(One, out _));
        Assert.False(bench.Quota.TryReserve(One, out _));
    }

    [Fact]
    public async Task Settle_ConcurrentRequest_GivesItsPlaceBack()
    {
        var bench = await WithLeaseAsync(new(100, 10_000, 10_000, 10_000, 10_000, 2));
        Assert.True(bench.Quota.TryReserve(One, out var first));
        Assert.False(bench.Quota.TryReserve(One, out _));
        first.Settle(One);
        Assert.True(bench.Quota.TryReserve(One, out _));
        bench.Advance(6);
        Assert.Equal(2, bench.Asked.SelectMany(asked => asked.Request.Reports).Last(report => report.LeaseId == 1).Used.Concurrent);
    }

    [Fact]
    public async Task ReserveAsync_PlacesTakenForLongerThanTheWindow_AreNotGivenTwice()
    {
        var bench = new QuotaBench(new BudgetDefinition(BudgetMetric.ConcurrentRequests, 2, TimeSpan.FromSeconds(30), BudgetKind.Rolling));
        var held = new List<Reservation>();
        foreach (var waiting in new[] { bench.ReserveAsync(One), bench.ReserveAsync(One) })
        {
            bench.Advance(3);
            held.Add((await waiting).Reservation!.Value);
            held[^1].MarkReceived();
        }

        bench.Advance(200);
        var third = bench.ReserveAsync(One);
        bench.Advance(3);
        Assert.Equal(LeaseRefusal.Exhausted, (await third).Refusal);

        held[0].Settle(One);
        bench.Advance(3);
        Assert.True((await bench.ReserveAsync(One)).IsGranted);

        bench.Advance(60);
        var fourth = bench.ReserveAsync(One);
        bench.Advance(3);
        Assert.Equal(LeaseRefusal.Exhausted, (await fourth).Refusal);
    }

    [Fact]
    public async Task Places_NobodyCounts_AreNotReportedAgain()
    {
        var bench = QuotaBench.WithRequests(100);
        var outcome = await bench.ReserveAsync(One);
        outcome.Reservation!.Value.MarkReceived();
        bench.Advance(15);
        var asked = bench.Asked.Count;

        bench.Advance(200);

        Assert.Equal(asked, bench.Asked.Count);
    }

    [Fact]
    public async Task Reservation_Ended_DoesNothingToTheNextOneInItsCell()
    {
        var bench = await WithLeaseAsync(new(100, 10_000, 10_000, 10_000, 10_000, 10));
        Assert.True(bench.Quota.TryReserve(One, out var first));
        first.Cancel();
        Assert.True(bench.Quota.TryReserve(One, out var second));
        first.Cancel();
        first.SettleUnknown();
        first.MarkReceived();
        Assert.False(first.MaySend);
        Assert.True(second.MaySend);
        Assert.Equal(98, bench.Quota.InHand().Requests);
        second.Cancel();
        Assert.Equal(99, bench.Quota.InHand().Requests);
        default(Reservation).Cancel();
        Assert.False(default(Reservation).MaySend);
    }

    [Fact]
    public async Task Settle_NegativeAmount_Throws()
    {
        var bench = await WithLeaseAsync(new(100, 10_000, 10_000, 10_000, 10_000, 10));
        Assert.True(bench.Quota.TryReserve(One, out var reservation));
        Assert.Throws<ArgumentOutOfRangeException>(() => reservation.Settle(new(1, 1, 0, 0, -1)));
    }

    [Fact]
    public async Task MaySend_UntilTheSendMarginAfterTheLease()
    {
        var bench = await WithLeaseAsync(new(100, 10_000, 10_000, 10_000, 10_000, 10));
        Assert.True(bench.Quota.TryReserve(One, out var reservation));
        bench.Advance(9.95);
        Assert.True(reservation.MaySend);
        bench.Advance(0.05);
        Assert.False(reservation.MaySend);
    }

    [Fact]
    public async Task MaySend_QuotaStopped_IsFalse()
    {
        var bench = await WithLeaseAsync(new(100, 10_000, 10_000, 10_000, 10_000, 10));
        Assert.True(bench.Quota.TryReserve(One, out var reservation));
        _ = bench.Quota.StopAsync();
        Assert.False(reservation.MaySend);
    }

    [Fact]
    public async Task TryReserve_ManyThreads_NeitherLosesNorDoubles()
    {
        const int Limit = 20_000;
        var bench = await WithLeaseAsync(new(Limit + 1, long.MaxValue / 2, long.MaxValue / 2, long.MaxValue / 2, long.MaxValue / 2, 1000));
        var (taken, settled) = (0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            while (bench.Quota.TryReserve(One, out var reservation))
            {
                Interlocked.Increment(ref taken);
                if (thread % 2 == 0)
                {
                    reservation.Settle(One with { Tokens = 30 });
                    Interlocked.Add(ref settled, 30);
                }
                else
                {
                    reservation.SettleUnknown();
                    Interlocked.Add(ref settled, 100);
                }

                reservation.Cancel();
            }
        })));
        Assert.Equal(Limit, taken);
        bench.Advance(6);
        var report = bench.Asked.SelectMany(asked => asked.Request.Reports).Last(report => report.LeaseId == 1);
        Assert.Equal((Limit + 1, settled + 100), (report.Used.Requests, report.Used.Tokens));
    }

    [Fact]
    public void TryReserve_AnyRequests_NeverTakesMoreThanWasLeased()
    {
        var step = Gen.Select(Gen.Long[1, 50], Gen.Int[0, 3], Gen.Int[0, 20]);
        step.Array[1, 60].MustHold(steps =>
        {
            var bench = QuotaBench.WithRequests(1_000_000);
            var leased = QuotaAmounts.Zero;
            bench.Answer = request =>
            {
                leased += request.Wanted == QuotaAmounts.Zero ? QuotaAmounts.Zero : new(20, 200);
                return bench.Grant(request, new(20, 200));
            };
            var taken = QuotaAmounts.Zero;
            foreach (var (tokens, way, pause) in steps)
            {
                _ = bench.Quota.ReserveAsync(new(1, 1), CancellationToken.None).AsTask();
                if (bench.Quota.TryReserve(new(1, tokens), out var reservation))
                {
                    taken += new QuotaAmounts(1, tokens);
                    (way switch { 0 => reservation.SettleUnknown, 1 => new Action(() => reservation.Settle(new(1, tokens))), _ => reservation.MarkReceived })();
                }

                bench.Advance(pause * 0.05);
            }

            return taken.FitsInto(leased);
        }, iter: 200);
    }

    private static async Task<QuotaBench> WithLeaseAsync(QuotaAmounts amounts)
    {
        var bench = QuotaBench.WithRequests(1000);
        bench.Answer = request => bench.Grant(request, amounts);
        await bench.ReserveAsync(One);
        return bench;
    }
}
