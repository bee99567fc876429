namespace ThotNet.Load.Replay;

/// <summary>Adds up what the cache did, as the answers say. Not thread-safe: its owner's lock is held.</summary>
public sealed class CacheTally
{
    private readonly SortedDictionary<string, CacheCount> _results = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Quota> _used = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Quota> _saved = new(StringComparer.Ordinal);

    /// <summary>Requests by <c>x-thotnet-cache</c>; the empty name stands for answers without it.</summary>
    public IReadOnlyDictionary<string, CacheCount> Results => _results;

    /// <summary>What served requests cost that a provider was asked for, by provider.</summary>
    public IReadOnlyDictionary<string, Quota> Used => _used;

    /// <summary>What served requests would have cost for which no provider was asked, by the provider of the answer they got.</summary>
    public IReadOnlyDictionary<string, Quota> Saved => _saved;

    /// <summary>Takes in one ended call.</summary>
    public void Add(CallOutcome outcome)
    {
        var served = outcome.Result == CallResult.Served;
        var count = _results.GetValueOrDefault(outcome.Cache);
        _results[outcome.Cache] = new(count.Requests + 1, count.Served + (served ? 1 : 0));
        if (!served) return;
        var quotas = outcome.Cache is "hit" or "coalesced" ? _saved : _used;
        var quota = quotas.GetValueOrDefault(outcome.Provider);
        quotas[outcome.Provider] = new(quota.Requests + 1, quota.Tokens + outcome.Tokens);
    }
}

/// <summary>Requests with one value of <c>x-thotnet-cache</c>.</summary>
/// <param name="Requests">All of them.</param>
/// <param name="Served">Those that were served.</param>
public readonly record struct CacheCount(long Requests, long Served);

/// <summary>What counts against a provider's budgets.</summary>
/// <param name="Requests">Requests.</param>
/// <param name="Tokens">Tokens of prompts and answers.</param>
public readonly record struct Quota(long Requests, long Tokens);
