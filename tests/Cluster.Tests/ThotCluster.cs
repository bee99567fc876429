using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using Orleans.Storage;
using Orleans.TestingHost;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Cluster.Tests;

/// <summary>
/// Silos in one process with the real grains and lease books, one fake time that each silo's clock may tell wrongly, and a store that outlives
/// them. A second cluster on the same store and time has activations of its own: what a split cluster has.
/// </summary>
public sealed class ThotCluster : IAsyncDisposable
{
    // Most calls are over so soon that a pause would be longer.
    private const int Spins = 30;

    private static readonly TimeSpan ShortPause = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan CallToTheDead = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(60);

    private readonly InProcessTestCluster _cluster;
    private readonly ConcurrentBag<Callers> _callers = [];

    private ThotCluster(Catalog catalog, int silos, ThotCluster? other, DateTimeOffset start)
    {
        Time = other?.Time ?? new(start);
        Storage = other?.Storage ?? new();
        Catalog = catalog;
        Calls = new(Time);
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseSystemTextJsonGrainStorageSerializer();
            silo.AddIncomingGrainCallFilter(Calls);
            var cable = new SiloCable();
            silo.Services.AddSingleton(cable);
            silo.AddOutgoingGrainCallFilter(cable);
            silo.Services.AddSingleton(new SiloClock(Time));
            silo.Services.AddSingleton<TimeProvider>(services => services.GetRequiredService<SiloClock>());
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            silo.Services.AddSingleton(catalog);
            silo.Services.AddKeyedSingleton<IGrainStorage>(
                QuotaGrain.StorageName, (services, _) => Storage.With(services.GetRequiredService<IGrainStorageSerializer>()));
            silo.Services.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(5));
            silo.Services.Configure<ClusterMembershipOptions>(options =>
            {
                options.ProbeTimeout = TimeSpan.FromMilliseconds(500);
                options.NumMissedProbesLimit = 2;
                options.NumVotesForDeathDeclaration = 1;
            });
        });
        builder.ConfigureSiloHost((_, host) => host.Services.AddQuota());
        _cluster = builder.Build();
    }

    public FakeTimeProvider Time { get; }

    public TestStorage Storage { get; }

    public Catalog Catalog { get; }

    public CallCounter Calls { get; }

    public IGrainFactory Client => _cluster.Client;

    public IReadOnlyList<InProcessSiloHandle> Silos => [.. _cluster.Silos];

    public IReadOnlyList<LeaseBook> Books => [.. _cluster.Silos.Select(BookOf)];

    /// <summary>A cluster whose authorities know that they are new: none of them learns.</summary>
    /// <param name="catalog">Targets and quotas.</param>
    /// <param name="silos">How many.</param>
    /// <param name="beside">Another cluster, to share its store and time.</param>
    /// <param name="start">What time it is; noon of a day without importance if null.</param>
    public static async Task<ThotCluster> StartAsync(Catalog catalog, int silos = 3, ThotCluster? beside = null, DateTimeOffset? start = null)
    {
        var cluster = new ThotCluster(catalog, silos, beside, start ?? new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));
        await cluster._cluster.DeployAsync();
        await cluster.PassAsync(TimeSpan.Zero, cluster.KnowsAllAsync);
        return cluster;
    }

    public static Task<ThotCluster> StartAsync(params QuotaDefinition[] quotas) => StartAsync(new Catalog([], [.. quotas]));

    public IQuotaGrain Quota(string key) => Client.GetGrain<IQuotaGrain>(key);

    public async Task<InProcessSiloHandle> SiloOf(IQuotaGrain grain)
    {
        await grain.GetSnapshot();
        var address = await Client.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        return _cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }

    public static LeaseBook BookOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<LeaseBook>();

    public static SiloClock ClockOf(InProcessSiloHandle silo) => silo.ServiceProvider.GetRequiredService<SiloClock>();

    /// <summary>The silo is cut off, so that it can return nothing, and dies.</summary>
    public Task KillAsync(InProcessSiloHandle silo)
    {
        silo.ServiceProvider.GetRequiredService<SiloCable>().IsCut = true;
        return _cluster.KillSiloAsync(silo);
    }

    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    public Task<InProcessSiloHandle> StartSiloAsync() => _cluster.StartAdditionalSiloAsync();

    public InProcessSiloHandle AnySilo(InProcessSiloHandle other) => _cluster.Silos.First(silo => silo != other);

    /// <summary>Ends the activation of a quota; the next call makes another.</summary>
    public Task DeactivateAsync(string quota) => _cluster.DeactivateAsync(Quota(quota));

    /// <summary>
    /// Lets time pass and waits until a condition is true. Time goes on slowly while it waits, because a call that was on its way when time
    /// jumped counts as unanswered and is repeated later.
    /// </summary>
    public async Task PassAsync(
        TimeSpan time, Func<Task<bool>> until, [CallerArgumentExpression(nameof(until))] string what = "")
    {
        Time.Advance(time);
        var poll = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                if (await until())
                {
                    return true;
                }

                Time.Advance(++poll % 50 == 0 ? TimeSpan.FromSeconds(1) : TimeSpan.Zero);
                return false;
            },
            what,
            seconds: 60);
    }

    /// <summary>
    /// Lets a little time pass. Before and after it waits until all that silos and authorities have to say to each other is said and every request that
    /// was let go has gone on, so that each of them sees the time at which it was caused, however busy the machine is.
    /// </summary>
    public async Task StepAsync(TimeSpan step)
    {
        await QuietAsync();
        Time.Advance(step);
        await QuietAsync();
    }

    /// <summary>Requests of a test, for which <see cref="StepAsync"/> waits from now on.</summary>
    public Callers AddCallers()
    {
        var callers = new Callers();
        _callers.Add(callers);
        return callers;
    }

    public async ValueTask DisposeAsync()
    {
        Storage.Hold?.TrySetResult();
        await _cluster.DisposeAsync();
    }

    private async Task QuietAsync()
    {
        for (var spin = 0; spin < Spins && !IsQuiet(); spin++)
        {
            await Task.Yield();
        }

        if (!await Eventually.HappensAsync(() => Task.FromResult(IsQuiet()), CallToTheDead, ShortPause))
        {
            var quiet = await Eventually.HappensAsync(() => Task.FromResult(IsQuiet() || IsSomeDeathUnknown()), LongestCall, ShortPause);
            Assert.True(quiet, "A question to an authority was not answered.");
        }
    }

    // Asked twice: a request that goes on may cause another question.
    private bool IsQuiet()
    {
        var books = Books;
        return !books.Any(book => book.IsAsking)
            && books.All(book => _callers.Sum(callers => callers.At(book)) <= book.Waiting)
            && !books.Any(book => book.IsAsking);
    }

    // A call to a silo whose death nobody has noticed is not answered, and time must go on for those who wait for it.
    private bool IsSomeDeathUnknown()
    {
        var alive = _cluster.Silos.Select(silo => silo.SiloAddress).ToHashSet();
        return _cluster.Silos.Any(silo => silo.ServiceProvider.GetRequiredService<IClusterMembershipService>().CurrentSnapshot.Members.Values
            .Any(member => member.Status == SiloStatus.Active && !alive.Contains(member.SiloAddress)));
    }

    private async Task<bool> KnowsAllAsync()
    {
        foreach (var quota in Catalog.Quotas.All)
        {
            if ((await Quota(quota.Key).GetSnapshot()).Learning)
            {
                return false;
            }
        }

        return true;
    }
}
