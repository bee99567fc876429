using StackExchange.Redis;

namespace ThotNet.Silo.Caching;

/// <summary>The answers that all silos share: bytes by key in Redis. Each key expires there by itself.</summary>
/// <remarks>
/// Failure policy: whatever is wrong with Redis is a fault that is counted, and logged when it begins and when it is over; a look-up never
/// takes longer than its budget.
/// </remarks>
internal sealed class RedisLevel(RedisLink link, string prefix, CacheMetrics metrics, StoreLog log, TimeProvider time)
{
    // Nobody waits for it; a value that takes longer is not worth the connection.
    private static readonly TimeSpan StoreTime = TimeSpan.FromSeconds(2);

    private readonly LookupGate _gate = new(time);

    /// <summary>The value at a key, empty without one, or the fault. Of a value longer than allowed no more than one byte too many is fetched.</summary>
    public async Task<RedisReply<byte[]>> GetAsync(CacheKey key, int maxBytes, TimeSpan budget, CancellationToken cancel)
    {
        if (!_gate.MayTry())
        {
            metrics.CountFault(CacheFault.Down);
            return new([], CacheFault.Down);
        }

        var reply = await link.AskAsync(redis => redis.StringGetRangeAsync(KeyOf(key), 0, maxBytes), budget, cancel);
        Note(reply.Fault);
        var value = (byte[]?)reply.Value ?? [];
        var fault = reply.Fault ?? (value.Length > maxBytes ? CacheFault.TooLarge : null);
        if (fault is { } known)
        {
            metrics.CountFault(known);
            log.Refused(known);
        }

        return new(value, fault);
    }

    /// <summary>Stores a value for so long. It never throws.</summary>
    public async Task SetAsync(CacheKey key, byte[] value, TimeSpan life)
    {
        if (_gate.IsClosed)
        {
            metrics.CountFault(CacheFault.Down);
            return;
        }

        var reply = await link.AskAsync(redis => redis.StringSetAsync(KeyOf(key), value, life), StoreTime, CancellationToken.None);
        log.Stored(reply.Fault);
        if (reply.Fault is { } fault)
        {
            metrics.CountFault(fault);
        }
        else
        {
            metrics.CountStored("redis", value.Length);
        }
    }

    private RedisKey KeyOf(CacheKey key) => prefix + key;

    // A wrong type at one key says nothing about the others.
    private void Note(CacheFault? fault)
    {
        var answered = fault is null or CacheFault.WrongType;
        if (_gate.Note(answered))
        {
            log.Reached(answered, fault);
        }
    }
}
