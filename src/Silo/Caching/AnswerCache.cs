namespace ThotNet.Silo.Caching;

/// <summary>The store of answers: memory in front of Redis, each with the same expiry and the same purges.</summary>
/// <remarks>
/// Failure policy: to callers everything that is wrong with Redis or with what is in it is a miss, after the time they allow at most; nothing here throws.
/// Without Redis there is memory only.
/// </remarks>
internal sealed class AnswerCache : IAsyncDisposable
{
    /// <summary>What a request may wait for Redis: 30 ms.</summary>
    public static readonly TimeSpan LookupTime = TimeSpan.FromMilliseconds(30);

    /// <summary>How long a silo takes its memory's word before it looks whether another silo has stored a newer answer: 30 s.</summary>
    public static readonly TimeSpan MemoryTrust = TimeSpan.FromSeconds(30);

    // Answers that were stored together must not all be gone at the same moment.
    private const double Jitter = 0.1;

    private readonly AnswerCodec _codec;
    private readonly MemoryLevel _memory;
    private readonly RedisLink? _link;
    private readonly RedisLevel? _redis;
    private readonly PurgeBook _purges;
    private readonly CacheMetrics _metrics;
    private readonly StoreLog _log;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly int _maxEntryBytes;

    /// <summary>Makes the store. It connects to Redis when that is first needed, and does not wait for it.</summary>
    /// <param name="settings">Where and how much.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">For expiry and patience.</param>
    /// <param name="random">For the jitter of expiry; used by any thread.</param>
    /// <param name="log">Says when Redis fails and recovers.</param>
    public AnswerCache(StoreSettings settings, CacheMetrics metrics, TimeProvider time, Random random, ILogger<AnswerCache> log)
    {
        (_metrics, _time, _random, _maxEntryBytes) = (metrics, time, random, settings.MaxEntryBytes);
        _log = new StoreLog(log);
        _codec = new AnswerCodec(settings.Secret, settings.MaxEntryBytes);
        _memory = new MemoryLevel(settings.MemoryBytes, time);
        var prefix = settings.KeyPrefix + "/cache/v1/";
        if (settings.Redis.Length > 0)
        {
            _link = new RedisLink(settings.Redis, time);
            _redis = new RedisLevel(_link, prefix, metrics, _log, time);
        }

        _purges = new PurgeBook(_link, prefix, metrics, _log, random);
        CacheMetrics.ShowMemory(() => MemoryBytes);
    }

    /// <summary>What is known to be purged.</summary>
    public PurgeSnapshot Purges => _purges.Current;

    /// <summary>What the answers in memory take, in bytes.</summary>
    public long MemoryBytes => _memory.Bytes;

    /// <summary>How many answers are in memory.</summary>
    public int MemoryEntries => _memory.Count;

    /// <summary>Whether Redis answered when it was last asked what is purged; null without Redis.</summary>
    public bool? IsRedisReached => _purges.IsReached;

    /// <summary>Looks in memory, then in Redis for so long at most. It throws only when cancelled.</summary>
    public ValueTask<CacheLookup> FindAsync(CacheKey key, TimeSpan budget, CancellationToken cancel)
    {
        var began = _time.GetTimestamp();
        var held = _memory.Find(key);
        if (held is not null && !IsGood(held))
        {
            _memory.Remove(key);
            held = null;
        }

        if (held is not null && (_redis is null || held.TrustedUntil > _time.GetUtcNow()))
        {
            return new(Found(held, began));
        }

        if (_redis is not null && _purges.IsKnown)
        {
            return new(FindInRedisAsync(_redis, key, held, began, budget, cancel));
        }

        return new(held is null ? Missed(began, failed: _redis is not null) : Found(held, began));
    }

    /// <summary>Keeps an answer: in memory before this returns, in Redis before the task ends. It never throws.</summary>
    /// <param name="answer">The answer; its expiry becomes up to a tenth of its life earlier.</param>
    /// <param name="begun">What was purged when its request began: what is purged since must not come back with it.</param>
    public Task StoreAsync(CachedAnswer answer, PurgeSnapshot begun)
    {
        var life = (answer.ExpiresAt - answer.StoredAt) * (1 - (Jitter * _random.NextDouble()));
        var expires = DateTimeOffset.FromUnixTimeMilliseconds((answer.StoredAt + life).ToUnixTimeMilliseconds());
        var kept = answer with { ExpiresAt = expires, Marks = begun.MarksOf(answer.Target, answer.Caller) };
        if (kept.Body.Length > _maxEntryBytes)
        {
            _metrics.CountFault(CacheFault.TooLarge);
            return Task.CompletedTask;
        }

        if (!IsGood(kept))
        {
            return Task.CompletedTask;
        }

        Hold(kept);
        _metrics.CountStored("memory", kept.Body.Length);

        // Compression takes its time, and whoever asked for the answer need not wait for it.
        return _redis is null ? Task.CompletedTask : Task.Run(() => StoreInRedisAsync(_redis, kept));
    }

    /// <summary>Makes all answers of a tag misses: at once in this silo, within about a second in the others.</summary>
    /// <returns>False if Redis could not be told, so that the others do not know of it.</returns>
    public Task<bool> PurgeAsync(PurgeTag tag) => _purges.PurgeAsync(tag);

    /// <summary>Learns what other silos purged.</summary>
    /// <returns>False if Redis could not be asked.</returns>
    public Task<bool> RefreshPurgesAsync(CancellationToken cancel) => _purges.RefreshAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (_link is not null)
        {
            await _link.DisposeAsync();
        }

        _memory.Dispose();
    }

    // What memory holds is good, if perhaps not the newest: it does when Redis has nothing, or does not answer.
    private async Task<CacheLookup> FindInRedisAsync(
        RedisLevel redis, CacheKey key, CachedAnswer? held, long began, TimeSpan budget, CancellationToken cancel)
    {
        var reply = await redis.GetAsync(key, _codec.MaxValueBytes, budget, cancel);
        var fault = reply.Fault;
        if (fault is null && reply.Value is { Length: > 0 } value && Decode(key, value, out fault) is { } answer)
        {
            _metrics.CountHit("redis", value.Length);
            Hold(answer);
            return new(answer, _time.GetElapsedTime(began), Failed: false);
        }

        if (held is null)
        {
            return Missed(began, failed: fault is not null);
        }

        Hold(held);
        return Found(held, began);
    }

    private CacheLookup Found(CachedAnswer held, long began)
    {
        _metrics.CountHit("memory", held.Body.Length);
        return new(held, _time.GetElapsedTime(began), Failed: false);
    }

    private CacheLookup Missed(long began, bool failed)
    {
        _metrics.CountMiss();
        return new(null, _time.GetElapsedTime(began), failed);
    }

    private void Hold(CachedAnswer answer) => _memory.Put(answer with { TrustedUntil = _time.GetUtcNow() + MemoryTrust });

    private CachedAnswer? Decode(CacheKey key, byte[] value, out CacheFault? fault)
    {
        if (_codec.Decode(value, key, out var found) is { } answer)
        {
            fault = null;
            return IsGood(answer) ? answer : null;
        }

        fault = found;
        _metrics.CountFault(found);
        _log.Refused(found);
        return null;
    }

    private async Task StoreInRedisAsync(RedisLevel redis, CachedAnswer answer)
    {
        if (_codec.Encode(answer) is not { } value)
        {
            _metrics.CountFault(CacheFault.TooLarge);
            return;
        }

        // What Redis counts in is milliseconds, and none is an error.
        var life = answer.ExpiresAt - _time.GetUtcNow();
        if (life >= TimeSpan.FromMilliseconds(1))
        {
            await redis.SetAsync(answer.Key, value, life);
        }
    }

    private bool IsGood(CachedAnswer answer) =>
        answer.ExpiresAt > _time.GetUtcNow() && answer.Marks == _purges.Current.MarksOf(answer.Target, answer.Caller);
}
