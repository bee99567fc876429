using System.ComponentModel.DataAnnotations;

namespace ThotNet.Hosting.Configuration;

/// <summary>For whom a cached answer is.</summary>
public enum CacheScope
{
    /// <summary>Only for the key whose request got it.</summary>
    Key,

    /// <summary>For every caller whose policy says so.</summary>
    Shared,
}

/// <summary>Which answers are kept and given again to equal requests, and where: <c>ThotNet:Cache</c>.</summary>
public sealed class CacheOptions
{
    /// <summary>Whether answers are cached, where neither the model's policy nor the caller's says otherwise.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>
    /// Connection string of the Redis (or Garnet) that holds the answers, another one than that of <c>ThotNet:Cluster</c> or at least another database of
    /// it: <c>host:6379,defaultDatabase=1</c>. It may drop values as it likes and be away. Without it each silo has only the answers in its own memory.
    /// </summary>
    [Secret]
    public string Redis { get; set; } = "";

    /// <summary>How many bytes of answers a silo keeps in its own memory, in front of Redis; 0 for none.</summary>
    [Range(0, 68_719_476_736)]
    public long MemoryBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>The largest answer that is cached, in bytes before compression.</summary>
    [Range(1024, 33_554_432)]
    public int MaxEntryBytes { get; set; } = 1024 * 1024;

    /// <summary>How long an answer may be given again.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// For whom a cached answer is: <c>Key</c> (only for the key whose request got it) or <c>Shared</c> (for all callers whose policy is <c>Shared</c>).
    /// </summary>
    public CacheScope Scope { get; set; } = CacheScope.Key;

    /// <summary>
    /// The highest temperature at which answers are cached; above it only for requests that ask for it (header <c>x-thotnet-cache: any-temperature</c>).
    /// </summary>
    [Range(0.0, 2.0)]
    public double MaxTemperature { get; set; } = 1;

    /// <summary>Whether answers to requests that offer tools are cached without being asked for (header <c>x-thotnet-cache: tools</c>).</summary>
    public bool Tools { get; set; }

    /// <summary>Pause between two chunks when a cached answer is given as a stream.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan ReplayPause { get; set; } = TimeSpan.Zero;

    /// <summary>The policies of models, by any names of your own. A caller's own policy wins over them.</summary>
    public SortedDictionary<string, CacheModelOptions> Models { get; set; } = new(StringComparer.Ordinal);
}
