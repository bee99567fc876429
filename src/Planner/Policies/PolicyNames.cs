namespace ThotNet.Planner.Policies;

/// <summary>The policies that can be simulated.</summary>
public static class PolicyNames
{
    /// <summary>ThotNet's own: shares, prices and the waiting room.</summary>
    public const string ThotNet = "thotnet";

    /// <summary>The targets in the order of their shares; the first with headroom serves.</summary>
    public const string Priority = "priority";

    /// <summary>One drawn by its share among those with headroom.</summary>
    public const string WeightedRandom = "weighted-random";

    /// <summary>The one of whose tightest budget the least part is used.</summary>
    public const string LeastUtilised = "least-utilised";

    /// <summary>The fastest with headroom, as measured lately.</summary>
    public const string Latency = "latency";

    /// <summary>All of them; the first is ThotNet's.</summary>
    public static IReadOnlyList<string> All { get; } = [ThotNet, Priority, WeightedRandom, LeastUtilised, Latency];
}
