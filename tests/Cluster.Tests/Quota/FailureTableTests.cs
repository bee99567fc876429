using System.Text.Json;
using Orleans.TestingHost;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Cluster.Tests.Quota;

/// <summary>
/// What is promised for each fault, in the words of the table in docs/architecture.md. A provider double counts every arrival; what our own books
/// say decides nothing here.
/// </summary>
public sealed class FailureTableTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly BudgetDefinition PerMinute = new(BudgetMetric.Requests, 60, Minute, BudgetKind.Rolling);
    private static readonly BudgetDefinition ManyPerMinute = PerMinute with { Amount = 600 };
    private static readonly BudgetDefinition Leaky = new(BudgetMetric.Requests, 60, Minute, BudgetKind.LeakyBucket);
    private static readonly BudgetDefinition PerDay = new(BudgetMetric.Requests, 500, TimeSpan.FromDays(1), BudgetKind.Calendar, "America/Los_Angeles");

    private readonly ProviderDouble _provider = new(PerMinute, PerDay);

    [Fact]
    public async Task FirstStart_AllSilosNew_GrantsWithoutWaiting()
    {
        await using var cluster = await StartAsync();
        var begun = cluster.Time.GetUtcNow();
        var traffic = Of(cluster);
        await StepUntilAsync(cluster, [.. cluster.Books.Select(traffic.SendAsync)]);
        Assert.Equal(3, traffic.Sent);
        Assert.InRange(cluster.Time.GetUtcNow() - begun, TimeSpan.Zero, 2 * Second);
    }

    [Fact]
    public async Task SiloKilledWithLeasesOut_NeverRegrantedBeforeTheirWindowEnds_WholeBudgetAgainAfter()
    {
        await using var cluster = await StartAsync();
        var killed = cluster.AnySilo(await cluster.SiloOf(cluster.Quota("q")));
        var traffic = Of(cluster);
        await traffic.RunUntilHeldAsync(ThotCluster.BookOf(killed));
        var held = LeasesOf(cluster, killed);
        Assert.NotEmpty(held);
        await cluster.KillAsync(killed);

        // The worst that it may still have done: all of it, at the last moment at which its requests may arrive.
        foreach (var lease in held)
        {
            var left = lease.Amounts.Requests - traffic.Sent;
            _provider.Arrive(lease.GrantedAt + lease.Lifetime + LeaseRules.SendMargin, new(Math.Max(0, left), 0));
        }

        await traffic.RunAsync(90 * Second);
        _provider.AssertNoOverspend();
        await traffic.DrainAsync();
        cluster.Time.Advance(100 * Second);
        await cluster.PassAsync(Second, async () => (await Budgets(cluster))[0].Remaining == PerMinute.Amount);
    }

    [Fact]
    public async Task AuthoritysSiloKilled_SilosSpendWhatTheyHold_ANewAuthorityWithinSeconds_SumWithinTheLimit()
    {
        await using var cluster = await StartAsync();
        var killed = await cluster.SiloOf(cluster.Quota("q"));
        var traffic = Of(cluster);
        await traffic.RunAsync(3 * Second, each: 1);
        var others = cluster.Silos.Where(silo => silo != killed).Select(ThotCluster.BookOf).ToList();
        await cluster.KillAsync(killed);
        var inHand = 0;
        foreach (var book in others)
        {
            inHand += book.TryReserve("q", traffic.Need, out var reservation) ? 1 : 0;
            reservation.Cancel();
        }

        Assert.True(inHand > 0, "Some silo should have held a lease, and it should be good without its authority.");
        var before = traffic.Sent;
        await traffic.RunAsync(150 * Second);
        _provider.AssertNoOverspend();
        Assert.InRange(traffic.Sent, before + (2 * PerMinute.Amount * 9 / 10), long.MaxValue);
    }

    [Theory]
    [InlineData(BudgetKind.Rolling)]
    [InlineData(BudgetKind.LeakyBucket)]
    public async Task TwoActivationsOfOneQuota_OneOfThemConflictsAndDies_SumOfGrantsWithinTheLimit(BudgetKind kind)
    {
        var limit = kind == BudgetKind.Rolling ? PerMinute : Leaky;
        var provider = new ProviderDouble(limit);
        await using var one = await ThotCluster.StartAsync(CatalogOf(limit), silos: 2);
        await using var other = await ThotCluster.StartAsync(CatalogOf(limit), silos: 2, beside: one);
        Traffic[] traffic = [new(one, provider, "q"), new(other, provider, "q")];
        for (var round = 0; round < 120; round++)
        {
            await traffic[0].RunAsync(Traffic.Step, each: 1);
            await traffic[1].RunAsync(Traffic.Step, each: 1);
        }

        provider.AssertNoOverspend();
        Assert.True(traffic[0].Sent > 0 && traffic[1].Sent > 0, $"{traffic[0].Sent} and {traffic[1].Sent}");
        Assert.InRange(provider.Count, 40, 200);
    }

    [Fact]
    public async Task StoreAppliesAWriteButReportsATimeout_CallerRefused_NoDoubleGrant()
    {
        var provider = new ProviderDouble(ManyPerMinute);
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(ManyPerMinute));
        var traffic = new Traffic(cluster, provider, "q");
        for (var round = 0; round < 12; round++)
        {
            cluster.Storage.Fault = round % 3 == 1 ? StorageFault.FailsOnce : StorageFault.AppliesThenTimesOut;
            await traffic.RunAsync(3 * Second, each: 1);
            cluster.Storage.Fault = StorageFault.None;
            await traffic.RunAsync(6 * Second, each: 1);
        }

        provider.AssertNoOverspend();
        Assert.Contains(traffic.Refused, outcome => outcome.Refusal == LeaseRefusal.StorageFailed);
        Assert.InRange(traffic.Sent, ManyPerMinute.Amount / 2, 3 * ManyPerMinute.Amount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StoreEmptiedOrRolledBack_LearningMode_NoBurst(bool rolledBack)
    {
        var provider = new ProviderDouble(ManyPerMinute);
        await using var cluster = await ThotCluster.StartAsync(CatalogOf(ManyPerMinute));
        var traffic = new Traffic(cluster, provider, "q");
        await traffic.RunAsync(10 * Second, each: 1);
        var image = rolledBack ? cluster.Storage.Image : cluster.Storage.Image.Clear();
        await traffic.RunAsync(20 * Second, each: 1);
        var before = traffic.Sent;
        Assert.InRange(before, ManyPerMinute.Amount / 3, ManyPerMinute.Amount - 1);

        cluster.Storage.RollBack(image);
        await traffic.RunAsync(20 * Second);
        Assert.Contains(traffic.Refused, outcome => outcome.Refusal == LeaseRefusal.Learning);
        await traffic.RunAsync(180 * Second);
        provider.AssertNoOverspend();
        Assert.InRange(traffic.Sent, before + ManyPerMinute.Amount, long.MaxValue);
        Assert.False((await cluster.Quota("q").GetSnapshot()).Learning);
    }

    [Theory]
    [InlineData(1, -1)]
    [InlineData(-1, 1)]
    public async Task ClocksOfSilos2sApart_ALeaseUsedInItsLastInstant_ProvidersCountWithinTheLimit(int first, int second)
    {
        // Across the midnight at which Los Angeles' day begins.
        var perDay = PerDay with { Amount = 70 };
        var provider = new ProviderDouble(PerMinute, perDay);
        await using var cluster = await ThotCluster.StartAsync(
            CatalogOf(PerMinute, perDay), start: new(2026, 7, 2, 6, 58, 30, TimeSpan.Zero));
        foreach (var (silo, ahead) in cluster.Silos.Zip([first, second, 0]))
        {
            ThotCluster.ClockOf(silo).Ahead = TimeSpan.FromSeconds(ahead);
        }

        var late = new LastInstant(cluster, provider, "q");
        for (var round = 0; round < 24; round++)
        {
            await late.RoundAsync();

            // Another silo becomes the authority, with another clock.
            if (round % 6 == 3)
            {
                await cluster.DeactivateAsync("q");
            }
        }

        provider.AssertNoOverspend();
        Assert.InRange(provider.Count, 70, 1000);
    }

    [Fact]
    public async Task StoreUnreachable_LeasesInHandAreGoodToTheirEnd_ThenRefusalsWithTheTime_ServiceResumesByItself()
    {
        await using var cluster = await StartAsync();
        var traffic = Of(cluster);
        await traffic.RunAsync(3 * Second, each: 1);
        var book = cluster.Books.First(book =>
        {
            var holds = book.TryReserve("q", traffic.Need, out var reservation);
            reservation.Cancel();
            return holds;
        });
        cluster.Storage.Fault = StorageFault.Unreachable;
        Assert.True(book.TryReserve("q", traffic.Need, out var inHand));
        inHand.Cancel();
        await traffic.RunAsync(20 * Second);
        var outage = traffic.Sent;
        await traffic.RunAsync(10 * Second);
        Assert.Equal(outage, traffic.Sent);
        var refusal = traffic.Refused.Last();
        Assert.Equal(LeaseRefusal.StorageFailed, refusal.Refusal);
        Assert.InRange(refusal.RetryAfter, TimeSpan.FromTicks(1), 5 * Second);

        cluster.Storage.Fault = StorageFault.None;
        await traffic.RunAsync(15 * Second);
        Assert.InRange(traffic.Sent, outage + 1, long.MaxValue);
        await traffic.RunAsync(90 * Second);
        _provider.AssertNoOverspend();
    }

    private static Catalog CatalogOf(params BudgetDefinition[] budgets) => new([], [new("q", [.. budgets])]);

    private static Task<ThotCluster> StartAsync() => ThotCluster.StartAsync(CatalogOf(PerMinute, PerDay));

    private static List<LeaseRecord> LeasesOf(ThotCluster cluster, InProcessSiloHandle silo) =>
        JsonSerializer.Deserialize<QuotaState>(cluster.Storage.Read("q"))!.Leases
            .FindAll(lease => lease.Silo == silo.SiloAddress.ToParsableString() && !lease.Closed);

    private static async Task<IReadOnlyList<BudgetSnapshot>> Budgets(ThotCluster cluster) => (await cluster.Quota("q").GetSnapshot()).Budgets;

    private static async Task StepUntilAsync(ThotCluster cluster, List<Task<bool>> all)
    {
        while (!all.TrueForAll(task => task.IsCompleted))
        {
            await cluster.StepAsync(Traffic.Step);
        }
    }

    private Traffic Of(ThotCluster cluster) => new(cluster, _provider, "q");
}
