using System.ComponentModel.DataAnnotations;

namespace ThotNet.Hosting.Configuration;

/// <summary>
/// What of <c>ThotNet:Cache</c> is different for some requests. What a caller's policy sets wins over what the model's sets, and that over the section.
/// </summary>
public class CachePolicyOptions
{
    /// <summary>Overrides <c>ThotNet:Cache:Enabled</c>.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Overrides <c>ThotNet:Cache:Scope</c>.</summary>
    public CacheScope? Scope { get; set; }

    /// <summary>Overrides <c>ThotNet:Cache:TimeToLive</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan? TimeToLive { get; set; }

    /// <summary>Overrides <c>ThotNet:Cache:MaxTemperature</c>.</summary>
    [Range(0.0, 2.0)]
    public double? MaxTemperature { get; set; }

    /// <summary>Overrides <c>ThotNet:Cache:Tools</c>.</summary>
    public bool? Tools { get; set; }

    /// <summary>Overrides <c>ThotNet:Cache:ReplayPause</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan? ReplayPause { get; set; }
}

/// <summary>The cache policy of some models: <c>ThotNet:Cache:Models:&lt;name&gt;</c>.</summary>
public sealed class CacheModelOptions : CachePolicyOptions
{
    /// <summary>
    /// The models by the names that callers ask for, separated by commas: aliases, ids, <c>provider/id</c> or <c>auto</c>. Each name has one policy at
    /// most.
    /// </summary>
    [Required]
    public string Names { get; set; } = "";

    /// <summary>The <see cref="Names"/>, one by one.</summary>
    public string[] ListNames() => Names.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
