namespace ThotNet.Silo.Caching;

/// <summary>What the store of answers needs to know.</summary>
internal sealed record StoreSettings
{
    /// <summary>Connection string, with the database in <c>defaultDatabase</c>; empty for memory only.</summary>
    public string Redis { get; init; } = "";

    /// <summary>First part of each key in Redis: the service's id.</summary>
    public required string KeyPrefix { get; init; }

    /// <summary>What answers may take in this process, in bytes.</summary>
    public long MemoryBytes { get; init; } = 64 << 20;

    /// <summary>The largest answer that is kept, in bytes before compression.</summary>
    public int MaxEntryBytes { get; init; } = 1 << 20;

    /// <summary>The gateway's secret; empty for none, as in Development: values in Redis then have no more than a checksum.</summary>
    public string Secret { get; init; } = "";
}
