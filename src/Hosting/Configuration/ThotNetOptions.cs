namespace ThotNet.Hosting.Configuration;

/// <summary>
/// Everything that can be configured: section <c>ThotNet</c>. Each value can be set by an environment variable, with two underscores for each
/// colon: <c>ThotNet__Routing__Patience=00:00:05</c>.
/// </summary>
public sealed class ThotNetOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "ThotNet";

    /// <summary>The providers by name.</summary>
    public SortedDictionary<string, ProviderOptions> Providers { get; set; } = new(StringComparer.Ordinal);

    /// <summary>How requests find their target.</summary>
    public RoutingOptions Routing { get; set; } = new();

    /// <summary>How silos and gateways find each other.</summary>
    public ClusterOptions Cluster { get; set; } = new();

    /// <summary>Who may call and how much at once.</summary>
    public AccessOptions Access { get; set; } = new();

    /// <summary>Which answers are kept and given again.</summary>
    public CacheOptions Cache { get; set; } = new();

    /// <summary>The callers that have a name, by it.</summary>
    public SortedDictionary<string, CallerOptions> Callers { get; set; } = new(StringComparer.Ordinal);
}
