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

/// <summary>Three silos in one process with the real grains and lease books, one fake clock for quotas, and a store that outlives them.</summary>
public sealed class ThotCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;

    private ThotCluster(Catalog catalog)
    {
        var builder = new InProcessTestClusterBuilder(3);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.UseSystemTextJsonGrainStorageSerializer();
            silo.AddIncomingGrainCallFilter(Calls);
            silo.Services.AddSingleton<TimeProvider>(Time);
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

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 7, 1, 12, 0, 0, TimeSpan.Zero));

    public TestStorage Storage { get; } = new();

    public CallCounter Calls { get; } = new();

    public IGrainFactory Client => _cluster.Client;

    public IReadOnlyList<LeaseBook> Books => [.. _cluster.Silos.Select(BookOf)];

    public static async Task<ThotCluster> StartAsync(Catalog catalog)
    {
        var cluster = new ThotCluster(catalog);
        await cluster._cluster.DeployAsync();
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

    public Task KillAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    public InProcessSiloHandle AnySilo(InProcessSiloHandle other) => _cluster.Silos.First(silo => silo != other);

    /// <summary>
    /// Lets time pass and waits until a condition is true. Time goes on slowly while it waits, because a call that was on its way when time
    /// jumped counts as unanswered and is repeated a second later.
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

    public async ValueTask DisposeAsync()
    {
        Storage.Hold?.TrySetResult();
        await _cluster.DisposeAsync();
    }
}
