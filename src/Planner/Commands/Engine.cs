using ThotNet.Planner.Simulation;

namespace ThotNet.Planner.Commands;

/// <summary>Simulates one policy.</summary>
/// <param name="scenario">What is simulated.</param>
/// <param name="policy">One of <see cref="Policies.PolicyNames.All"/>.</param>
/// <param name="seed">What random policies draw from.</param>
/// <param name="progress">Told now and then how many requests are done; null when nobody watches.</param>
/// <param name="cancellation">Gives it up.</param>
public delegate SimulationResult Engine(Scenario scenario, string policy, int seed, Action<int>? progress, CancellationToken cancellation);
