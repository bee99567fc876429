using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Decisions;

/// <summary>The newest decisions of this silo.</summary>
public sealed class RecentDecisions
{
    /// <summary>How many are kept.</summary>
    public const int Capacity = 1000;

    // Owned by whoever holds _gate.
    private readonly RouteDecision[] _ring = new RouteDecision[Capacity];
    private readonly Lock _gate = new();
    private long _added;

    /// <summary>Adds one; the oldest goes when there is no place left.</summary>
    public void Add(RouteDecision decision)
    {
        lock (_gate)
        {
            _ring[_added++ % Capacity] = decision;
        }
    }

    /// <summary>The newest ones, the newest first.</summary>
    /// <param name="most">How many at most; at least 0.</param>
    public IReadOnlyList<RouteDecision> Newest(int most)
    {
        lock (_gate)
        {
            var newest = new RouteDecision[Math.Min(Math.Min(most, Capacity), _added)];
            for (var place = 0; place < newest.Length; place++)
            {
                newest[place] = _ring[(_added - 1 - place) % Capacity];
            }

            return newest;
        }
    }
}
