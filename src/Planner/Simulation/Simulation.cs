using ThotNet.Planner.Policies;

namespace ThotNet.Planner.Simulation;

/// <summary>Plays a scenario through, event by event. The same input gives the same result.</summary>
public static class Simulation
{
    /// <summary>Simulates one policy.</summary>
    /// <param name="scenario">The requests and quotas.</param>
    /// <param name="policy">One of <see cref="PolicyNames.All"/>.</param>
    /// <param name="seed">For policies that draw.</param>
    /// <param name="progress">Told after each thousandth request how many have come; may be null.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="ArgumentException">There is no such policy.</exception>
    public static SimulationResult Run(Scenario scenario, string policy, int seed, Action<int>? progress, CancellationToken cancellation)
    {
        var world = new World(scenario);
        var dispatcher = PolicyFactory.Create(policy, world, seed);
        var next = 0;
        while (true)
        {
            var now = next < scenario.Requests.Length ? scenario.Requests[next].Offset : TimeSpan.MaxValue;
            for (var last = next == 0 ? TimeSpan.Zero : scenario.Requests[next - 1].Offset; dispatcher.NextAt(last) is { } at && at < now; last = at)
            {
                dispatcher.Advance(at);
            }

            if (next == scenario.Requests.Length)
            {
                return world.Ledger.ToResult(policy);
            }

            dispatcher.Advance(now);
            dispatcher.Arrive(next++, now);
            if (next % 1000 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(next);
            }
        }
    }
}
