using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>Silos' stores with one clock, each with its own memory, over one Redis or none.</summary>
internal sealed class CacheBench(string redis, string prefix = "test") : IAsyncDisposable
{
    public const int MaxEntryBytes = 50_000;

    private readonly List<AnswerCache> _caches = [];

    public FakeTimeProvider Time { get; } = new(AnswerSamples.Now);

    public CacheMetrics Metrics { get; } = new();

    /// <summary>The store of one more silo, which has not yet looked for purges.</summary>
    public AnswerCache Cache(string secret = "a secret")
    {
        var settings = new StoreSettings { Redis = redis, KeyPrefix = prefix, Secret = secret, MaxEntryBytes = MaxEntryBytes };
        var cache = new AnswerCache(settings, Metrics, Time, new Random(_caches.Count + 1), NullLogger<AnswerCache>.Instance);
        _caches.Add(cache);
        return cache;
    }

    /// <summary>The store of one more silo, connected.</summary>
    public async Task<AnswerCache> SiloAsync(string secret = "a secret")
    {
        var cache = Cache(secret);
        Assert.True(await cache.RefreshPurgesAsync(TestContext.Current.CancellationToken));
        return cache;
    }

    public static async Task<CachedAnswer?> FindAsync(AnswerCache cache, int key) => (await LookUpAsync(cache, key)).Answer;

    public static ValueTask<CacheLookup> LookUpAsync(AnswerCache cache, int key) =>
        cache.FindAsync(AnswerSamples.Key(key), AnswerCache.LookupTime, TestContext.Current.CancellationToken);

    /// <summary>Which of the keys have an answer, separated by commas.</summary>
    public static async Task<string> HeldAsync(AnswerCache cache, params int[] keys)
    {
        var held = new List<int>();
        foreach (var key in keys)
        {
            if (await FindAsync(cache, key) is not null)
            {
                held.Add(key);
            }
        }

        return string.Join(",", held);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var cache in _caches)
        {
            await cache.DisposeAsync();
        }
    }
}
