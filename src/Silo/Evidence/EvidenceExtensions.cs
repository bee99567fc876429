using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Upstream;

namespace ThotNet.Silo.Evidence;

/// <summary>Registers what learns about quotas from others than the answers to callers.</summary>
public static class EvidenceExtensions
{
    /// <summary>Adds the <see cref="OpenRouterKeyWatcher"/> and the <see cref="ForeignUseLog"/>.</summary>
    public static IServiceCollection AddEvidence(this IServiceCollection services)
    {
        services.AddSingleton<ForeignUseLog>();
        services.AddSingleton(provider => WatchedKeys(
            provider.GetRequiredService<ThotNetOptions>(),
            provider.GetRequiredService<IConfiguration>(),
            provider.GetRequiredService<Catalog>(),
            provider.GetRequiredService<ProviderSet>()));
        services.AddSingleton(provider => new OpenRouterKeyWatcher(
            provider.GetRequiredService<IReadOnlyList<WatchedKey>>(),
            provider.GetRequiredService<LeaseBook>().ReportEvidence,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<Random>(),
            provider.GetRequiredService<ILogger<OpenRouterKeyWatcher>>()));
        services.AddHostedService(provider => provider.GetRequiredService<OpenRouterKeyWatcher>());
        return services;
    }

    // A provider without targets is off, or nobody uses it.
    private static IReadOnlyList<WatchedKey> WatchedKeys(
        ThotNetOptions options, IConfiguration configuration, Catalog catalog, ProviderSet providers) =>
    [
        .. from pair in options.Providers
           where pair.Value is { Kind: ProviderKind.OpenAi, Dialect: ProviderDialect.OpenRouter }
           let target = catalog.Targets.FirstOrDefault(target => target.Provider == pair.Key)
           where target is not null
           let endpoint = new ProviderEndpoint(pair.Key, pair.Value.BaseUrl!, pair.Value.FindKey(configuration)!)
           select new WatchedKey(target.QuotaKey, endpoint, providers[pair.Key].Client),
    ];
}
