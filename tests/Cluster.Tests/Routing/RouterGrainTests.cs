using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Grains.Routing;
using ThotNet.Routing;

namespace ThotNet.Cluster.Tests.Routing;

public sealed class RouterGrainTests : IAsyncLifetime
{
    private ThotCluster _cluster = null!;
    private IRouterGrain _router = null!;

    public async ValueTask InitializeAsync()
    {
        var day = new BudgetDefinition(BudgetMetric.Requests, 10, TimeSpan.FromDays(1), BudgetKind.Calendar);
        _cluster = await ThotCluster.StartAsync(new Catalog(
            [Target("openrouter", 70), Target("groq", 20), Target("gemini", 10)],
            [new("q/openrouter", [day]), new("q/groq", [day]), new("q/gemini", []), new("key/caller", [])]));
        _router = _cluster.Client.GetGrain<IRouterGrain>(0);
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Report_First_GetsATableWithConfiguredSharesAndSnapshots()
    {
        await _cluster.Quota("q/openrouter").Renew(new("a", 1, new(4, 0), new(4, 0), []));
        var table = (await _router.Report(Report("a")))!;
        Assert.Equal([0.7, 0.2, 0.1], table.Targets.Select(route => Math.Round(route.ConfiguredShare, 9)));
        Assert.Equal([6, 10], table.Targets.Take(2).Select(route => route.Quota!.Budgets[0].Remaining));
    }

    [Fact]
    public async Task Report_NewestTableKnown_GetsNone()
    {
        var table = (await _router.Report(Report("a")))!;
        Assert.Null(await _router.Report(Report("a", known: table.Number)));
    }

    [Fact]
    public async Task Report_ManySilosInOneSecond_GatherOnce()
    {
        var before = _cluster.Calls["GetSnapshot"];
        await Task.WhenAll(Enumerable.Range(0, 20).Select(silo => _router.Report(Report($"silo-{silo}"))));
        Assert.Equal(before + 3, _cluster.Calls["GetSnapshot"]);
        _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(Enumerable.Range(0, 20).Select(silo => _router.Report(Report($"silo-{silo}"))));
        Assert.Equal(before + 6, _cluster.Calls["GetSnapshot"]);
    }

    [Fact]
    public async Task Report_CircuitOpen_IsInTheNextTable()
    {
        var known = (await _router.Report(Report("a")))!.Number;
        _cluster.Time.Advance(TimeSpan.FromSeconds(1));
        var table = (await _router.Report(new("a", [new("groq/m", 0, 3, TimeSpan.FromSeconds(5), null)], known)))!;
        Assert.True(table.Number > known);
        Assert.Equal(TimeSpan.FromSeconds(5), table.Targets[1].ClosedFor);
    }

    [Fact]
    public async Task Report_ReleasesOfEachBudget_AreInTheTable()
    {
        await _cluster.Quota("q/openrouter").Renew(new("a", 1, new(4, 0), new(4, 0), []));
        var table = (await _router.Report(Report("a")))!;
        Assert.Equal([(TimeSpan.FromSeconds(1), 10L)], table.Targets[0].Quota!.Budgets[0].Releases.Select(release => (release.After, release.Free)));
    }

    [Fact]
    public async Task Report_FiveMinutesOn_StoresWhatWasLearned()
    {
        await _router.Report(Report("a"));
        Assert.Null(_cluster.Storage.FindRouter());
        _cluster.Time.Advance(RouterGrain.StorePeriod);
        await _router.Report(Report("a"));
        await Eventually.TrueAsync(() => _cluster.Storage.FindRouter()?.Contains("Profile", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Report_StoreOutOfReach_GetsTablesAllTheSame()
    {
        _cluster.Storage.Fault = StorageFault.Unreachable;
        var known = (await _router.Report(Report("a")))!.Number;
        _cluster.Time.Advance(RouterGrain.StorePeriod);
        Assert.True((await _router.Report(Report("a", known)))!.Number > known);
        _cluster.Storage.Fault = StorageFault.None;

        // The first success reads, the second writes: what is stored must not be lost for what was learned in five minutes.
        for (var period = 0; period < 2; period++)
        {
            _cluster.Time.Advance(RouterGrain.StorePeriod);
            Assert.NotNull(await _router.Report(Report("a")));
        }

        await Eventually.TrueAsync(() => _cluster.Storage.FindRouter() is not null);
    }

    private static SiloReport Report(string silo, long known = 0) => new(silo, [], known);

    private static TargetDefinition Target(string provider, double share) =>
        new(provider, "m", ImmutableArray<string>.Empty, share, $"q/{provider}", Capabilities.None, 100);
}
