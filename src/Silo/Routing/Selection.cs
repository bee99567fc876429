using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Routing;

/// <summary>Where a request goes next: a target with a reservation on its quota, or the error for the caller.</summary>
/// <param name="Target">The target, or null.</param>
/// <param name="Reservation">The reservation, or null. Whoever holds it must settle or cancel it.</param>
/// <param name="Error">Why there is no target, or null.</param>
/// <param name="NobodyLeft">Whether there was no target to ask: each is off or has failed for good.</param>
public readonly record struct Selection(TargetDefinition? Target, Reservation? Reservation, ApiError? Error, bool NobodyLeft = false)
{
    /// <summary>Why; null only where nothing was decided.</summary>
    public RouteDecision? Decision { get; init; }
}
