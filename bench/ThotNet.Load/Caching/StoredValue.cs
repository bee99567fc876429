using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;
using ThotNet.Load.Decisions;
using ThotNet.Silo.Caching;

namespace ThotNet.Load.Caching;

/// <summary>
/// The very value that a silo has stored in Redis, got within this process: by a bare <c>GET</c>, and by the silo's own store, which checks and reads it.
/// </summary>
internal sealed class StoredValue : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ConnectionMultiplexer _connection;
    private readonly IDatabase _database;
    private readonly AnswerCache _store;
    private readonly RedisKey _name;
    private readonly CacheKey _key;

    private StoredValue(ConnectionMultiplexer connection, AnswerCache store, RedisKey name, long bytes)
    {
        _connection = connection;
        _database = connection.GetDatabase();
        _store = store;
        _name = name;
        _key = CacheKey.From(Convert.FromHexString(HashOf(name)));
        Bytes = bytes;
    }

    /// <summary>Its length as it is in Redis.</summary>
    public long Bytes { get; }

    /// <summary>Finds the value; null if the service has stored none after some seconds.</summary>
    /// <param name="answers">The Redis.</param>
    /// <param name="service">The id of the service that stores.</param>
    /// <param name="secret">Its secret.</param>
    /// <param name="time">For the wait.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<StoredValue?> FindAsync(RedisServer answers, string service, string secret, TimeProvider time, CancellationToken cancellation)
    {
        var connection = await answers.ConnectAsync();
        var settings = new StoreSettings { Redis = $"127.0.0.1:{answers.Port}", KeyPrefix = service, MemoryBytes = 0, Secret = secret };
        var store = new AnswerCache(settings, new CacheMetrics(), time, new Random(1), NullLogger<AnswerCache>.Instance);
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < Patience; await Task.Delay(PollInterval, time, cancellation))
        {
            if (await NameAsync(connection, service) is not { } name || !await store.RefreshPurgesAsync(cancellation)) continue;
            return new(connection, store, name, await connection.GetDatabase().StringLengthAsync(name));
        }

        await store.DisposeAsync();
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Gets the bytes.</summary>
    public async ValueTask<bool> GetAsync() => (await _database.StringGetAsync(_name)).Length() == Bytes;

    /// <summary>Gets the answer as a silo does.</summary>
    public async ValueTask<bool> FindAnswerAsync() =>
        (await _store.FindAsync(_key, AnswerCache.LookupTime, CancellationToken.None)).Answer is not null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private static async Task<RedisKey?> NameAsync(ConnectionMultiplexer connection, string service)
    {
        await foreach (var name in connection.GetServers()[0].KeysAsync(pattern: $"{service}/cache/*"))
        {
            if (HashOf(name).Length == 2 * CacheKey.Size) return name;
        }

        return null;
    }

    private static string HashOf(RedisKey name) => name.ToString().Split('/')[^1];
}
