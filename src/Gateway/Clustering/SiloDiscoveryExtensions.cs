using ThotNet.Hosting.Configuration;

namespace ThotNet.Gateway.Clustering;

/// <summary>Adds the discovery of silos.</summary>
internal static class SiloDiscoveryExtensions
{
    public static IServiceCollection AddSiloDiscovery(this IServiceCollection services, ThotNetOptions options, IClusterClient? client)
    {
        services.AddHostedService<SiloWatcher>();
        if (services.Any(service => service.ServiceType == typeof(ISiloSource)))
            return services;
        if (client is not null)
            return services.AddSingleton<ISiloSource>(new OrleansSiloSource(() => client));
        if (options.Cluster.Redis.Length == 0)
            throw new ThotNetConfigurationException(["ThotNet:Cluster:Redis: missing; a gateway finds its silos there, for example redis:6379"]);

        services.AddSingleton<ClusterConnection>();
        services.AddHostedService(provider => provider.GetRequiredService<ClusterConnection>());
        return services.AddSingleton<ISiloSource>(provider =>
        {
            var connection = provider.GetRequiredService<ClusterConnection>();
            return new OrleansSiloSource(() => connection.Client);
        });
    }
}
