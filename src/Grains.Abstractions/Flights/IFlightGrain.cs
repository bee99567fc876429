namespace ThotNet.Grains.Abstractions.Flights;

/// <summary>
/// Names the one flight, a provider call that serves equal requests on all silos, of a cached answer's key. Its own key is that one in lower-case hex.
/// </summary>
/// <remarks>
/// Failure policy: it is a promise of thrift, not of truth. What it knows is in memory only and goes with its activation; whoever asks then leads a
/// flight of their own, which costs one more provider call and changes no answer.
/// </remarks>
[Alias("thotnet.IFlightGrain")]
public interface IFlightGrain : IGrainWithStringKey
{
    /// <summary>Asks who leads. A repeated question gets the same answer as long as the leader is the same.</summary>
    /// <param name="ask">Who asks, and which flight was found gone, if one was.</param>
    /// <returns>The asker's own flight when it leads, else the flight to follow.</returns>
    [Alias("Join")]
    Task<FlightPlace> Join(FlightAsk ask);

    /// <summary>The leader's flight has ended: the next asker leads. Ignored if another leads by now.</summary>
    /// <param name="flight">The flight that has ended.</param>
    [Alias("Leave")]
    Task Leave(Guid flight);
}
