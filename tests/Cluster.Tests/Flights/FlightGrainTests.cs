using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using ThotNet.Grains.Abstractions.Flights;
using ThotNet.Routing;

namespace ThotNet.Cluster.Tests.Flights;

public sealed class FlightGrainTests : IAsyncLifetime
{
    private const string Key = "00ff";

    private ThotCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await ThotCluster.StartAsync(new Catalog([], []));

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Join_HundredAskersOnAllSilos_ExactlyOneLeads()
    {
        var places = await Task.WhenAll(Enumerable.Range(0, 100).Select(async asker =>
        {
            var ask = Ask(_cluster.Silos[asker % 3]);
            return (Ask: ask, Place: await Grain(_cluster.Silos[asker % 3]).Join(ask));
        }));

        var leader = Assert.Single(places, asker => asker.Place.Leads).Ask;
        Assert.All(places, asker => Assert.Equal((leader.FlightId, leader.Url), (asker.Place.FlightId, asker.Place.Url)));
    }

    [Fact]
    public async Task Join_FirstAsker_LeadsAndHasTheGrainOnItsSilo()
    {
        foreach (var silo in _cluster.Silos)
        {
            var grain = Grain(silo, $"key of {silo.Name}");

            Assert.True((await grain.Join(Ask(silo))).Leads);
            Assert.Equal(silo.SiloAddress, await SiloOf(grain));
        }
    }

    [Fact]
    public async Task Join_OtherKey_LeadsToo()
    {
        var silo = _cluster.Silos[0];

        Assert.True((await Grain(silo, "a").Join(Ask(silo))).Leads);
        Assert.True((await Grain(silo, "b").Join(Ask(silo))).Leads);
    }

    [Fact]
    public async Task Join_RepeatedByTheLeader_StillLeads()
    {
        var silo = _cluster.Silos[0];
        var ask = Ask(silo);
        await Grain(silo).Join(ask);
        await Grain(_cluster.Silos[1]).Join(Ask(_cluster.Silos[1]));

        Assert.Equal(new FlightPlace(true, ask.FlightId, ask.Url), await Grain(silo).Join(ask));
    }

    [Fact]
    public async Task Join_LeaderReportedDead_FirstReporterTakesOverAndTheOthersFollow()
    {
        var gone = Ask(_cluster.Silos[0]);
        await Grain(_cluster.Silos[0]).Join(gone);

        var reporters = await Task.WhenAll(Enumerable.Range(0, 30).Select(async asker =>
        {
            var ask = Ask(_cluster.Silos[asker % 3]) with { Dead = gone.FlightId };
            return (Ask: ask, Place: await Grain(_cluster.Silos[asker % 3]).Join(ask));
        }));

        var leader = Assert.Single(reporters, asker => asker.Place.Leads).Ask;
        Assert.All(reporters, asker => Assert.Equal((leader.FlightId, leader.Url), (asker.Place.FlightId, asker.Place.Url)));
        Assert.True((await Grain(_cluster.Silos[0]).Join(leader)).Leads);
        Assert.False((await Grain(_cluster.Silos[0]).Join(gone)).Leads);
    }

    [Fact]
    public async Task Leave_Leader_NextAskerLeadsAndTheActivationIsGone()
    {
        var (first, second) = (Ask(_cluster.Silos[0]), Ask(_cluster.Silos[1]));
        var grain = Grain(_cluster.Silos[0]);
        await grain.Join(first);

        await grain.Leave(first.FlightId);
        await Eventually.TrueAsync(async () => await SiloOf(grain) is null, "the activation is gone");

        Assert.True((await Grain(_cluster.Silos[1]).Join(second)).Leads);
        Assert.Equal(_cluster.Silos[1].SiloAddress, await SiloOf(grain));
    }

    [Fact]
    public async Task Leave_WhileOthersAsk_ExactlyOneOfThoseWhoComeLaterLeads()
    {
        for (var round = 0; round < 20; round++)
        {
            var first = Ask(_cluster.Silos[0]);
            await Grain(_cluster.Silos[0], $"{round}").Join(first);
            var leave = Grain(_cluster.Silos[1], $"{round}").Leave(first.FlightId);
            var places = await Task.WhenAll(Enumerable.Range(0, 12).Select(
                asker => Grain(_cluster.Silos[asker % 3], $"{round}").Join(Ask(_cluster.Silos[asker % 3]))));
            await leave;

            var later = places.Where(place => place.FlightId != first.FlightId).ToList();
            Assert.Equal(later.Count == 0 ? 0 : 1, later.Count(place => place.Leads));
            Assert.True(later.DistinctBy(place => place.FlightId).Count() <= 1);
        }
    }

    [Fact]
    public async Task Leave_AnotherFlight_ChangesNothing()
    {
        var ask = Ask(_cluster.Silos[0]);
        var grain = Grain(_cluster.Silos[0]);
        await grain.Join(ask);

        await grain.Leave(Guid.NewGuid());

        Assert.Equal(ask.FlightId, (await Grain(_cluster.Silos[1]).Join(Ask(_cluster.Silos[1]))).FlightId);
        Assert.NotNull(await SiloOf(grain));
    }

    [Fact]
    public async Task Leave_NoFlightKnown_LeavesNoActivation()
    {
        var grain = Grain(_cluster.Silos[0]);

        await grain.Leave(Guid.NewGuid());

        await Eventually.TrueAsync(async () => await SiloOf(grain) is null, "the activation is gone");
    }

    [Fact]
    public async Task Join_SiloOfTheLeaderIsKilled_NextAskerLeads()
    {
        var (keeper, leader, next) = (_cluster.Silos[0], _cluster.Silos[1], _cluster.Silos[2]);
        var first = Ask(keeper);
        await Grain(keeper).Join(first);
        Assert.True((await Grain(leader).Join(Ask(leader) with { Dead = first.FlightId })).Leads);

        await _cluster.KillAsync(leader);

        await LeadsInTheEndAsync(Grain(next), Ask(next));
        Assert.Equal(keeper.SiloAddress, await SiloOf(Grain(next)));
    }

    [Fact]
    public async Task Join_SiloOfLeaderAndGrainIsKilled_NextAskerLeads()
    {
        var (leader, next) = (_cluster.Silos[0], _cluster.Silos[2]);
        await Grain(leader).Join(Ask(leader));

        await _cluster.KillAsync(leader);

        await LeadsInTheEndAsync(Grain(next), Ask(next));
    }

    private static FlightAsk Ask(InProcessSiloHandle silo) =>
        new(Guid.NewGuid(), new Uri($"http://127.0.0.1:{silo.SiloAddress.Endpoint.Port}/"), silo.SiloAddress);

    private static IFlightGrain Grain(InProcessSiloHandle silo, string key = Key) =>
        silo.ServiceProvider.GetRequiredService<IGrainFactory>().GetGrain<IFlightGrain>(key);

    // Until the others have noticed the death, calls to the dead silo fail, and its flight has a leader.
    private static Task LeadsInTheEndAsync(IFlightGrain grain, FlightAsk ask) => Eventually.TrueAsync(
        async () =>
        {
            try
            {
                return (await grain.Join(ask)).Leads;
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException)
            {
                return false;
            }
        },
        "the next asker leads",
        seconds: 60);

    private async Task<SiloAddress?> SiloOf(IFlightGrain grain) =>
        await _cluster.Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
}
