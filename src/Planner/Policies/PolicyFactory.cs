using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Policies;

/// <summary>Makes policies by name.</summary>
internal static class PolicyFactory
{
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static IDispatcher Create(string policy, World world, int seed) => policy switch
    {
        PolicyNames.ThotNet => new ThotNetDispatcher(world),
        PolicyNames.Priority => new FirstFit(world, new PriorityOrder(world)),
        PolicyNames.WeightedRandom => new FirstFit(world, new WeightedRandomOrder(world, new Random(seed))),
        PolicyNames.LeastUtilised => new FirstFit(world, new LeastUtilisedOrder(world)),
        PolicyNames.Latency => new FirstFit(world, new LatencyOrder(world, new Random(seed))),
        _ => throw new ArgumentException($"There is no policy '{policy}'; allowed: {string.Join(", ", PolicyNames.All)}.", nameof(policy)),
    };
}
