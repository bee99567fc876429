using ThotNet.Providers;

namespace ThotNet.Silo.Caching;

/// <summary>A complete answer of a provider, as it is kept.</summary>
internal sealed record CachedAnswer
{
    /// <summary>What it is found by.</summary>
    public required CacheKey Key { get; init; }

    /// <summary>Name of the provider that wrote it.</summary>
    public required string Provider { get; init; }

    /// <summary>Id of the target that wrote it, <c>provider/model</c>.</summary>
    public required string Target { get; init; }

    /// <summary>The provider's model.</summary>
    public string Model => Target[(Provider.Length + 1)..];

    /// <summary>Id of the key whose request paid for it; empty without one.</summary>
    public required string Caller { get; init; }

    /// <summary>The answer's JSON. Nobody changes these bytes any more.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>What it cost; null if the provider did not say.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>When it was complete; kept to the millisecond.</summary>
    public required DateTimeOffset StoredAt { get; init; }

    /// <summary>From then on it is not used; kept to the millisecond.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Until then memory does not look whether Redis has a newer one; not kept.</summary>
    public DateTimeOffset TrustedUntil { get; init; }

    /// <summary>What had been purged when its request began: it is good only while nothing of that is purged again.</summary>
    public PurgeMarks Marks { get; init; }
}

/// <summary>How a look-up ended.</summary>
/// <param name="Answer">Null for a miss.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Failed">Redis could not be asked, did not answer in time, or what it had could not be used.</param>
internal readonly record struct CacheLookup(CachedAnswer? Answer, TimeSpan Took, bool Failed);
