using StackExchange.Redis;

namespace ThotNet.Silo.Caching;

/// <summary>What is purged, in this silo and in all that share its Redis: generations that only rise, in one hash.</summary>
/// <remarks>
/// A purge raises a generation; an answer is good while its marks are the current ones. If Redis lost the hash, each silo writes back what it knows;
/// if no silo knows either, the whole cache's generation begins anew at a random number, which purges everything. Without Redis a purge counts in
/// this silo only.
/// </remarks>
internal sealed class PurgeBook(RedisLink? link, string prefix, CacheMetrics metrics, StoreLog log, Random random)
{
    /// <summary>More tags than this are not remembered one by one: what is purged then is everything.</summary>
    public const int MaxTags = 1000;

    private const long MaxFirst = 1L << 52;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly RedisKey _hash = prefix + "purges";
    private readonly Lock _raising = new();
    private volatile PurgeSnapshot _current = PurgeSnapshot.None;
    private volatile bool _isKnown;
    private volatile bool _isReached;

    /// <summary>What is known to be purged.</summary>
    public PurgeSnapshot Current => _current;

    /// <summary>False until the hash has been read once: what is in Redis may have been purged before this silo began.</summary>
    public bool IsKnown => link is null || _isKnown;

    /// <summary>Whether Redis answered when it was asked last; null without Redis.</summary>
    public bool? IsReached => link is null ? null : _isReached;

    /// <summary>Reads what others purged, and writes back what Redis has lost.</summary>
    /// <returns>False if Redis could not be asked.</returns>
    public async Task<bool> RefreshAsync(CancellationToken cancel)
    {
        if (link is null)
        {
            return true;
        }

        // A loss that falls between two answers is seen the next time.
        var stored = await ReadAsync(link, cancel);
        if (stored is not null && !stored.ContainsKey(PurgeTag.All))
        {
            await BeginAsync(link, cancel);
            stored = await ReadAsync(link, cancel);
        }

        _isReached = stored is not null && stored.ContainsKey(PurgeTag.All);
        if (stored is null || !_isReached)
        {
            return false;
        }

        await WriteBackAsync(link, stored, cancel);
        foreach (var (tag, generation) in stored)
        {
            Raise(tag, generation);
        }

        _isKnown = true;
        return true;
    }

    /// <summary>Purges at once here, and in the others when they look next.</summary>
    /// <returns>False if Redis could not be told.</returns>
    public async Task<bool> PurgeAsync(PurgeTag wanted)
    {
        var reached = await RefreshAsync(CancellationToken.None);
        var tag = Current.Generations.Count < MaxTags || Current.Of(wanted) > 0 ? wanted : PurgeTag.All;
        var generation = Current.Of(tag) + 1;
        if (link is not null && reached)
        {
            var reply = await link.AskAsync(redis => redis.HashIncrementAsync(_hash, tag.ToString(), 1), Patience, CancellationToken.None);
            Note(reply.Fault);
            reached = reply.Fault is null;
            generation = Math.Max(generation, reply.Value);
        }

        Raise(tag, generation);
        return reached;
    }

    private async Task<Dictionary<PurgeTag, long>?> ReadAsync(RedisLink redis, CancellationToken cancel)
    {
        var reply = await redis.AskAsync(database => database.HashGetAllAsync(_hash), Patience, cancel);
        Note(reply.Fault);
        log.PurgesRead(reply.Fault);
        if (reply.Fault is not null)
        {
            return null;
        }

        var stored = new Dictionary<PurgeTag, long>();
        foreach (var entry in reply.Value!)
        {
            if (PurgeTag.Parse(entry.Name.ToString()) is { } tag && entry.Value.TryParse(out long generation))
            {
                stored[tag] = generation;
            }
        }

        return stored;
    }

    private async Task BeginAsync(RedisLink redis, CancellationToken cancel)
    {
        var first = _isKnown ? Current.Of(PurgeTag.All) : random.NextInt64(1, MaxFirst);
        Note((await redis.AskAsync(database => database.HashSetAsync(_hash, PurgeTag.All.ToString(), first, When.NotExists), Patience, cancel)).Fault);
    }

    // Two silos that do this at once raise a generation too far; that purges once more what was purged.
    private async Task WriteBackAsync(RedisLink redis, Dictionary<PurgeTag, long> stored, CancellationToken cancel)
    {
        foreach (var (tag, known) in Current.Generations)
        {
            var missing = known - stored.GetValueOrDefault(tag);
            if (_isKnown && missing > 0)
            {
                Note((await redis.AskAsync(database => database.HashIncrementAsync(_hash, tag.ToString(), missing), Patience, cancel)).Fault);
            }
        }
    }

    private void Raise(PurgeTag tag, long generation)
    {
        lock (_raising)
        {
            _current = _current.With(tag, generation);
        }
    }

    private void Note(CacheFault? fault)
    {
        if (fault is { } known)
        {
            _isReached = false;
            metrics.CountFault(known);
        }
    }
}
