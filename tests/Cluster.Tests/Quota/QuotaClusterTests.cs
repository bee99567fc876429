using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;
using ThotNet.Silo.Quota;

namespace ThotNet.Cluster.Tests.Quota;

public sealed class QuotaClusterTests
{
    private static readonly QuotaAmounts One = new(1, 0);
    private static readonly BudgetDefinition PerDay = new(BudgetMetric.Requests, 300, TimeSpan.FromDays(1), BudgetKind.Calendar);
    private static readonly BudgetDefinition PerMinute = new(BudgetMetric.Requests, 60, TimeSpan.FromMinutes(1), BudgetKind.Rolling);

    [Fact]
    public async Task ReserveAsync_AllSilosAtOnce_ReachTheLimitAndNeverPassIt()
    {
        await using var cluster = await ThotCluster.StartAsync(new QuotaDefinition("q", [PerDay]));
        var total = 0;
        for (var round = 0; round < 30 && total < PerDay.Amount; round++)
        {
            total += await SpendAll(cluster);
            Assert.InRange(total, 1, (int)PerDay.Amount);
            await cluster.PassAsync(LeaseRules.Lifetime, async () => (await Budget(cluster)).Outstanding == 0);
            Assert.Equal(total, (await Budget(cluster)).Used);
        }

        Assert.Equal(PerDay.Amount, total);
        foreach (var book in cluster.Books)
        {
            await cluster.PassAsync(TimeSpan.FromSeconds(1), async () =>
                await book.ReserveAsync("q", One, TestContext.Current.CancellationToken) is { Refusal: LeaseRefusal.Exhausted, DayExhausted: true });
        }

        Assert.Equal(PerDay.Amount, (await Budget(cluster)).Used);
    }

    [Fact]
    public async Task ReserveAsync_AuthoritysSiloKilled_OthersGoOnAndNothingIsGrantedTwice()
    {
        await using var cluster = await ThotCluster.StartAsync(new QuotaDefinition("q", [PerMinute]));
        var killed = await cluster.SiloOf(cluster.Quota("q"));
        var total = 0;
        for (var request = 0; request < 5; request++)
        {
            foreach (var book in cluster.Books)
            {
                total += await SpendOne(book) ? 1 : 0;
            }
        }

        var lost = await ThotCluster.BookOf(killed).ReserveAsync("q", One, TestContext.Current.CancellationToken);
        Assert.True(lost.IsGranted);
        await cluster.KillAsync(killed);
        for (var round = 0; round < 30 && total + 1 < PerMinute.Amount; round++)
        {
            total += await SpendAll(cluster);
            Assert.InRange(total + 1, 1, (int)PerMinute.Amount);
            cluster.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(PerMinute.Amount, total + 1);

        // From the change of authority on: the dead silo last said that its request might arrive within 30 s; that and the window must pass.
        await cluster.Quota("q").GetSnapshot();
        await cluster.PassAsync(TimeSpan.FromSeconds(93), async () => (await Budget(cluster)).Remaining == PerMinute.Amount);
    }

    [Fact]
    public async Task Stop_Graceful_ReturnsTheLeasesBeforeTheSiloLeaves()
    {
        await using var cluster = await ThotCluster.StartAsync(new QuotaDefinition("q", [PerDay]));
        var stopping = cluster.AnySilo(await cluster.SiloOf(cluster.Quota("q")));
        var book = ThotCluster.BookOf(stopping);
        for (var request = 0; request < 20; request++)
        {
            Assert.True(await SpendOne(book));
        }

        Assert.True(book.TryReserve("q", One, out var reservation), "The lease in hand should hold more than was asked for.");
        reservation.Cancel();
        Assert.True((await Budget(cluster)).Outstanding > 0);
        await cluster.StopAsync(stopping);
        Assert.Equal((20, 0), ((await Budget(cluster)).Used, (await Budget(cluster)).Outstanding));
    }

    [Fact]
    public async Task ReportEvidence_OneSiloThrottled_AllSilosStop()
    {
        await using var cluster = await ThotCluster.StartAsync(new QuotaDefinition("q", [PerDay]));
        cluster.Books[0].ReportEvidence("q", new(TimeSpan.FromSeconds(30), "429"));
        await cluster.PassAsync(TimeSpan.Zero, async () => (await cluster.Quota("q").GetSnapshot()).ClosedFor > TimeSpan.Zero);
        foreach (var book in cluster.Books)
        {
            var refused = await book.ReserveAsync("q", One, TestContext.Current.CancellationToken);
            Assert.Equal(LeaseRefusal.Closed, refused.Refusal);
            Assert.InRange(refused.RetryAfter.TotalSeconds, 20, 30);
        }
    }

    private static async Task<BudgetSnapshot> Budget(ThotCluster cluster) => (await cluster.Quota("q").GetSnapshot()).Budgets[0];

    /// <summary>Every silo spends from several tasks at once until it is refused.</summary>
    private static async Task<int> SpendAll(ThotCluster cluster)
    {
        var spent = 0;
        await Task.WhenAll(cluster.Books.SelectMany(book => Enumerable.Repeat(book, 8)).Select(book => Task.Run(async () =>
        {
            while (await SpendOne(book))
            {
                Interlocked.Increment(ref spent);
            }
        })));
        return spent;
    }

    private static async Task<bool> SpendOne(LeaseBook book)
    {
        var outcome = await book.ReserveAsync("q", One, TestContext.Current.CancellationToken);
        outcome.Reservation?.Settle(One);
        return outcome.IsGranted;
    }
}
