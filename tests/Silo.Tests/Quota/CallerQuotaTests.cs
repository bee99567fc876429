using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>Limits of callers: their standing is known, and those who are gone are forgotten.</summary>
public sealed class CallerQuotaTests
{
    private static readonly QuotaDefinition Caller = new("key/a", [QuotaBench.Minute(BudgetMetric.Requests, 100)]) { Learns = false };

    [Fact]
    public async Task Standing_AfterAnAnswer_IsTheSnapshotAndWhatIsInHand()
    {
        var bench = new QuotaBench(Caller);
        bench.Answer = request => bench.Grant(request, new(10, 1000)) with { Snapshot = bench.Authority.Snapshot() };
        Assert.Null(bench.Quota.Standing());
        await bench.ReserveAsync();
        Assert.True(bench.Last.WantsSnapshot);
        bench.Advance(0.5);
        var standing = bench.Quota.Standing()!.Value;
        Assert.Equal((100, new QuotaAmounts(9, 900), TimeSpan.FromSeconds(0.5)), (standing.Snapshot.Budgets[0].Remaining, standing.InHand, standing.Age));
        bench.Answer = _ => throw new TimeoutException();
        bench.Advance(5);
        Assert.Equal(QuotaAmounts.Zero, bench.Quota.Standing()!.Value.InHand);
    }

    [Theory]
    [InlineData(20, 33, 10)]
    [InlineData(30, 33, 0)]
    [InlineData(59.9, 33, 0)]
    [InlineData(60, 100, 0)]
    public void Here_NotHeardForAWhile_AllIsBackAfterAWholeWindow(double age, long remaining, double resetsIn)
    {
        var budget = new BudgetSnapshot(QuotaBench.Minute(BudgetMetric.Requests, 100), 60, 10, 30, TimeSpan.FromSeconds(30));
        var standing = new QuotaStanding(new("key/a", [budget], TimeSpan.Zero, null), new(3, 300), TimeSpan.FromSeconds(age));
        var here = standing.Here().Budgets[0];
        Assert.Equal((remaining, TimeSpan.FromSeconds(resetsIn)), (here.Remaining, here.ResetsIn));
    }

    [Fact]
    public async Task ReserveAsync_AuthorityDoesNotKnowTheLimitsYet_IsAskedAgainAfterASecond()
    {
        var bench = new QuotaBench(Caller);
        bench.Answer = request => new(request.Sequence, null, LeaseRefusal.Unknown, TimeSpan.Zero);
        Assert.Equal(LeaseRefusal.Unknown, (await bench.ReserveAsync()).Refusal);
        bench.Answer = request => bench.Grant(request, request.Least);
        bench.Advance(0.9);
        Assert.Equal(LeaseRefusal.Unknown, (await bench.ReserveAsync()).Refusal);
        bench.Advance(0.1);
        Assert.True((await bench.ReserveAsync()).IsGranted);
    }

    [Fact]
    public async Task Question_OfAProvider_WantsNoSnapshot()
    {
        var bench = QuotaBench.WithRequests(10);
        await bench.ReserveAsync();
        Assert.False(bench.Last.WantsSnapshot);
    }

    [Fact]
    public async Task DropIdle_CallersAreGone_ForgetsThemAndServesThemAgain()
    {
        var time = new FakeTimeProvider();
        var authority = new FakeAuthority(time, QuotaBench.Minute(BudgetMetric.Requests, 1000));
        var book = new LeaseBook(authority.AsFactory(), new FakeSilo(), new Catalog([], []), time, NullLogger<LeaseBook>.Instance);
        for (var key = 0; key < 100; key++)
        {
            book.TryReserve($"key/{key}", QuotaBench.One, out _);
        }

        book.TryReserve("provider/x", QuotaBench.One, out _);
        time.Advance(LeaseBook.CallerIsGone - TimeSpan.FromSeconds(1));
        book.TryReserve("key/7", QuotaBench.One, out _);
        time.Advance(TimeSpan.FromSeconds(1));
        book.DropIdle();
        Assert.Equal(2, book.Count);
        Assert.True((await book.ReserveAsync("key/1", QuotaBench.One, TestContext.Current.CancellationToken)).IsGranted);
        Assert.True(authority.Requests[^1].Sequence > 600_000);
        time.Advance(TimeSpan.Zero);
        book.DropIdle();
        Assert.Equal(3, book.Count);
    }
}
