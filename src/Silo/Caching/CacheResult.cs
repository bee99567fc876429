namespace ThotNet.Silo.Caching;

/// <summary>What the cache did for a request.</summary>
internal enum CacheResult
{
    /// <summary>It has nothing to do with it.</summary>
    Bypass,

    /// <summary>A provider was asked.</summary>
    Miss,

    /// <summary>An equal request was under way, and its answer did for both.</summary>
    Coalesced,

    /// <summary>The answer was there.</summary>
    Hit,
}

/// <summary>How callers are told: in the header <see cref="CacheControl.Header"/>.</summary>
internal static class CacheResults
{
    private static readonly string[] Words = [.. Enum.GetNames<CacheResult>().Select(name => name.ToLowerInvariant())];

    /// <summary>The header's value, which metrics use as well.</summary>
    public static string ToWord(this CacheResult result) => Words[(int)result];
}
