using Orleans.Placement;
using ThotNet.Grains.Abstractions.Flights;

namespace ThotNet.Grains.Flights;

/// <summary>Remembers who leads, for as long as the flight lasts.</summary>
/// <remarks>
/// It lives on the silo of the first asker, who leads: most often the two die together, and no call between silos is needed where only one has askers.
/// The turns of the grain own its field. The age limit is for flights whose end was not told.
/// </remarks>
[PreferLocalPlacement]
[CollectionAgeLimit(Minutes = AgeLimitMinutes)]
public sealed class FlightGrain(IClusterMembershipService membership) : Grain, IFlightGrain
{
    // Longer than nearly all flights: one that is forgotten while it lasts costs a second call.
    private const int AgeLimitMinutes = 5;

    private FlightAsk? _leader;

    /// <inheritdoc/>
    public Task<FlightPlace> Join(FlightAsk ask)
    {
        ArgumentNullException.ThrowIfNull(ask);
        if (_leader is null || _leader.FlightId == ask.Dead || IsDead(_leader.Silo))
        {
            _leader = ask;
        }

        return Task.FromResult(new FlightPlace(_leader.FlightId == ask.FlightId, _leader.FlightId, _leader.Url));
    }

    /// <inheritdoc/>
    public Task Leave(Guid flight)
    {
        if (_leader?.FlightId == flight)
        {
            _leader = null;
        }

        // Also when this activation knows of no flight, and was perhaps made by this call.
        if (_leader is null)
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    // A silo that is not listed yet is not dead.
    private bool IsDead(SiloAddress silo) => membership.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Dead;
}
