using ThotNet.Planner.Optimum;
using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Commands;

/// <summary>Simulates policies and computes the bound at once, on as many cores as there are. The outcome does not depend on their order.</summary>
internal sealed class SimulationRun(Scenario scenario, Engine engine, int seed, TimeProvider time)
{
    /// <summary>Runs all of it.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="withBound">Whether the bound is computed too.</param>
    /// <param name="watch">Starts to watch something of a length: gives what is to be told how far it is.</param>
    /// <param name="cancellation">Gives it up.</param>
    public (SimulationResult[] Results, BoundResult? Bound) Execute(
        IReadOnlyList<string> policies, bool withBound, Func<string, int, Action<int>?> watch, CancellationToken cancellation)
    {
        var results = new SimulationResult[policies.Count];
        BoundResult? bound = null;
        var work = policies.Select((policy, index) =>
        {
            var progress = watch(policy, scenario.Requests.Length);
            return (Action)(() =>
            {
                results[index] = engine(scenario, policy, seed, progress, cancellation);
                progress?.Invoke(scenario.Requests.Length);
            });
        }).ToList();
        if (withBound)
        {
            var progress = watch("bound", 1);
            // First, because it takes longest.
            work.Insert(0, () =>
            {
                bound = LinearBound.Compute(scenario, time, cancellation);
                progress?.Invoke(1);
            });
        }

        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.Invoke(parallel, [.. work]);
        return (results, bound);
    }
}
