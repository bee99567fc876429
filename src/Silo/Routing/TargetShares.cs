using ThotNet.Routing;
using ThotNet.Routing.Shares;

namespace ThotNet.Silo.Routing;

/// <summary>The credits of this silo's targets, for many requests at once. Targets are places in the order of configuration.</summary>
internal sealed class TargetShares(Catalog catalog)
{
    // Owned by whoever holds _gate.
    private readonly ShareCredits _credits = new(catalog.Targets.Select(target => target.Share).ToArray());
    private readonly Lock _gate = new();

    /// <summary>Puts targets and their prices into the order in which they should be tried, and tells how each stands.</summary>
    public void Order(Span<int> targets, Span<double> prices, Span<double> standings)
    {
        lock (_gate)
        {
            _credits.Order(targets, prices);
            for (var place = 0; place < targets.Length; place++)
            {
                standings[place] = _credits.StandingOf(targets[place]);
            }
        }
    }

    /// <inheritdoc cref="ShareCredits.Charge"/>
    public bool Charge(ReadOnlySpan<int> ordered, int place)
    {
        lock (_gate)
        {
            return _credits.Charge(ordered, place);
        }
    }

    /// <summary>What was charged for is served or not.</summary>
    public void Settle(ReadOnlySpan<int> ordered, int place, bool wasOwed, bool isServed)
    {
        lock (_gate)
        {
            if (isServed)
            {
                _credits.Owe(ordered, place);
            }
            else
            {
                _credits.Refund(ordered, place, wasOwed);
            }
        }
    }
}
