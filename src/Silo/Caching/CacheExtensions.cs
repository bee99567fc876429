using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Caching;

/// <summary>Registers the cache.</summary>
internal static class CacheExtensions
{
    /// <summary>Adds the cache as configured. Where no policy allows anything it does not connect to its Redis.</summary>
    public static void AddCaching(this IServiceCollection services, ThotNetOptions options)
    {
        var policies = new CachePolicies(options);
        services.AddSingleton(policies);
        services.AddSingleton<CachePlanner>();
        services.AddSingleton<AnswerReplay>();
        services.AddAnswerStore(new StoreSettings
        {
            Redis = policies.AreAnyEnabled ? options.Cache.Redis : "",
            KeyPrefix = options.Cluster.ServiceId,
            MemoryBytes = options.Cache.MemoryBytes,
            MaxEntryBytes = options.Cache.MaxEntryBytes,
            Secret = options.Access.GatewaySecret,
        });
    }
}
