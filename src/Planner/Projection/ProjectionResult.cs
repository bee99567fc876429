using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Planner.Projection;

/// <summary>How a day goes.</summary>
/// <param name="Input">What it is like.</param>
/// <param name="Providers">What each provider serves of its own share.</param>
/// <param name="Browser">Requests that are answered in browsers.</param>
/// <param name="FitsMoved">What all providers serve together when what does not fit at one goes to others with room.</param>
public sealed record ProjectionResult(ProjectionInput Input, ImmutableArray<ProviderProjection> Providers, long Browser, long FitsMoved);

/// <summary>What a provider serves of its own share.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Share">Its part of all requests, 0 to 1.</param>
/// <param name="Demand">Requests that are meant for it.</param>
/// <param name="Allowed">Requests of this size that its budgets allow a day at most; null without a limit.</param>
/// <param name="Limit">The budget that turns most requests away; when none does, the one that would first. Null without a limit.</param>
/// <param name="Fits">Requests that it serves.</param>
/// <param name="RunsOutAt">The time of the day at which that limit first turns requests away; null when it never does.</param>
public sealed record ProviderProjection(
    string Provider, double Share, long Demand, long? Allowed, BudgetDefinition? Limit, long Fits, TimeSpan? RunsOutAt)
{
    /// <summary>Requests that it cannot serve.</summary>
    public long Overflow => Demand - Fits;
}
