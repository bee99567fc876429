using System.Net;
using Orleans.Configuration;
using StackExchange.Redis;
using ThotNet.Grains.Quota;
using ThotNet.Hosting.Clustering;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Clustering;

/// <summary>Sets up Orleans: membership, storage of quota state, addresses.</summary>
internal static class OrleansExtensions
{
    // A dead silo must be out, and the quotas it kept must have a new authority, within the patience of a waiting request (10 s by default). Three
    // probes are missed before a silo counts as dead; the timeout follows the answers seen, so a slow machine is given more.
    private static readonly TimeSpan FirstProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ShortestProbeTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbeTimeout = TimeSpan.FromSeconds(8);

    /// <summary>Adds the silo.</summary>
    public static void AddOrleansSilo(this WebApplicationBuilder builder, ThotNetOptions options, SiloMembership membership)
    {
        var address = OwnAddress.Find(options.Cluster);
        builder.UseOrleans(silo =>
        {
            silo.Configure<Orleans.Configuration.ClusterOptions>(cluster =>
            {
                cluster.ServiceId = options.Cluster.ServiceId;
                cluster.ClusterId = options.Cluster.ClusterId;
            });
            silo.Configure<SiloOptions>(own => own.SiloName = new SiloName(Environment.MachineName, OwnAddress.UrlOf(options.Cluster)).ToString());
            silo.AddActivityPropagation();
            AddMembership(silo, options, membership, address);
            AddStorage(silo, options);
        });
    }

    private static void AddMembership(ISiloBuilder silo, ThotNetOptions options, SiloMembership membership, IPAddress address)
    {
        if (membership is SiloMembership.Alone)
        {
            silo.UseLocalhostClustering(options.Cluster.SiloPort, options.Cluster.ClientPort, null, options.Cluster.ServiceId, options.Cluster.ClusterId);
            return;
        }

        silo.Configure<ClusterMembershipOptions>(liveness =>
        {
            liveness.ProbeTimeout = FirstProbeTimeout;
            liveness.MinProbeTimeout = ShortestProbeTimeout;
            liveness.MaxProbeTimeout = LongestProbeTimeout;
        });
        silo.UseRedisClustering(redis => redis.ConfigurationOptions = RedisConnection(options));
        silo.Configure<EndpointOptions>(endpoint =>
        {
            endpoint.AdvertisedIPAddress = address;
            endpoint.SiloPort = options.Cluster.SiloPort;
            endpoint.GatewayPort = options.Cluster.ClientPort;
            if (!IPAddress.IsLoopback(address))
            {
                endpoint.SiloListeningEndpoint = new IPEndPoint(IPAddress.Any, options.Cluster.SiloPort);
                endpoint.GatewayListeningEndpoint = new IPEndPoint(IPAddress.Any, options.Cluster.ClientPort);
            }
        });
    }

    private static void AddStorage(ISiloBuilder silo, ThotNetOptions options) =>
        silo.AddRedisGrainStorage(QuotaGrain.StorageName, (Microsoft.Extensions.Options.OptionsBuilder<Orleans.Persistence.RedisStorageOptions> storage) =>
            storage.Configure<IServiceProvider>((redis, services) =>
            {
                redis.ConfigurationOptions = RedisConnection(options);
                redis.GrainStorageSerializer = ActivatorUtilities.CreateInstance<Orleans.Storage.SystemTextJsonGrainStorageSerializer>(services);
            }));

    private static ConfigurationOptions RedisConnection(ThotNetOptions options)
    {
        var connection = ConfigurationOptions.Parse(options.Cluster.Redis);
        connection.AbortOnConnectFail = false;
        return connection;
    }
}
