using System.Collections.Immutable;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Simulation;

/// <summary>What is simulated: these requests against these quotas.</summary>
/// <param name="Requests">The requests in the order of their times, with shape, stretch and scale applied; at least one.</param>
/// <param name="Catalog">The targets, all of which serve every request, and the budgets of their quotas.</param>
/// <param name="Start">The moment of the first request: where it lies in the day decides when calendar budgets come back.</param>
/// <param name="Patience">How long each request waits at most for headroom; 0 to 2 min.</param>
public sealed record Scenario(ImmutableArray<TraceEntry> Requests, Catalog Catalog, DateTimeOffset Start, TimeSpan Patience);
