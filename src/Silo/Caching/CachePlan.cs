namespace ThotNet.Silo.Caching;

/// <summary>What the cache may do for one request.</summary>
/// <param name="Key">The key of its answer; null when the cache has nothing to do with it.</param>
/// <param name="Policy">The policy that holds for it.</param>
internal readonly record struct CachePlan(CacheKey? Key, CachePolicy Policy)
{
    /// <summary>A stored answer will do.</summary>
    public bool Looks { get; init; }

    /// <summary>An equal request that is under way will do. Like <see cref="Looks"/>, unless the caller asked for an answer of its own.</summary>
    public bool Shares => Looks;

    /// <summary>How old a stored answer may be.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>The caller wants a stored answer or none.</summary>
    public bool OnlyIfCached { get; init; }
}
