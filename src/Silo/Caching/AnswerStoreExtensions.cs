namespace ThotNet.Silo.Caching;

/// <summary>Registers the store of answers.</summary>
internal static class AnswerStoreExtensions
{
    /// <summary>
    /// Adds the store, what it counts, and the watch for purges of other silos. It needs a <see cref="TimeProvider"/> and a
    /// <see cref="Random"/>.
    /// </summary>
    public static void AddAnswerStore(this IServiceCollection services, StoreSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton<CacheMetrics>();
        services.AddSingleton<AnswerCache>();
        services.AddHostedService<PurgeWatch>();
    }
}
