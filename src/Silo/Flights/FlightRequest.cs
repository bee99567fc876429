using System.Collections.Immutable;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Flights;

/// <summary>The request that began a flight.</summary>
/// <param name="Request">The request; its body lives until the flight has been fed.</param>
/// <param name="Tiers">Its candidates.</param>
/// <param name="Patience">How long it may wait for headroom.</param>
/// <param name="Plan">What the cache may do for it; has a key.</param>
/// <param name="Id">Its id.</param>
/// <param name="LookTime">What is left of the time for looking into the store; zero when it does not answer.</param>
internal sealed record FlightRequest(
    ModelRequest Request,
    ImmutableArray<ImmutableArray<TargetDefinition>> Tiers,
    Patience Patience,
    CachePlan Plan,
    string Id,
    TimeSpan LookTime);
