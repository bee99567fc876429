using System.Collections.Frozen;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing;

namespace ThotNet.Silo.Routing;

/// <summary>The newest route table of this silo. A silo without one goes by the configured shares: routing is advice, leases are law.</summary>
public sealed class RouteAdvice(TimeProvider time)
{
    /// <summary>What it costs that a target is degraded: 1, which outweighs all credit that it may have over others.</summary>
    public const double DegradedPrice = 1;

    // Written by the reporter alone, read by every request: swapped whole.
    private volatile Snapshot _snapshot = new(null, FrozenDictionary<string, DateTimeOffset>.Empty, FrozenDictionary<string, TargetRoute>.Empty);

    /// <summary>The newest table, or null before the first.</summary>
    public RouteTable? Table => _snapshot.Table;

    /// <summary>Puts a new table in place.</summary>
    public void Update(RouteTable table)
    {
        var now = time.GetUtcNow();
        var closed = table.Targets
            .Where(target => target.ClosedFor > TimeSpan.Zero)
            .ToFrozenDictionary(target => target.Target, target => now + target.ClosedFor, StringComparer.Ordinal);
        _snapshot = new Snapshot(table, closed, table.Targets.ToFrozenDictionary(target => target.Target, StringComparer.Ordinal));
    }

    /// <summary>For how long the cluster advises to leave this target alone; zero when it is open.</summary>
    public TimeSpan ClosedFor(TargetDefinition target)
    {
        var closed = _snapshot.ClosedUntil;
        var left = closed.Count > 0 && closed.TryGetValue(target.Id, out var until) ? until - time.GetUtcNow() : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether the target answers much slower than it used to, so that others are preferred while they have headroom.</summary>
    public bool IsDegraded(TargetDefinition target) => _snapshot.Routes.TryGetValue(target.Id, out var route) && route.Degraded;

    /// <summary>
    /// What it costs to send a request to the target: the price of what it spends, and <see cref="DegradedPrice"/> while the target is degraded. 0 for one that
    /// the table does not know, and without a table.
    /// </summary>
    public double PriceOf(TargetDefinition target, QuotaAmounts amounts) =>
        _snapshot.Routes.TryGetValue(target.Id, out var route) ? route.Prices.Of(amounts) + (route.Degraded ? DegradedPrice : 0) : 0;

    private sealed record Snapshot(
        RouteTable? Table, FrozenDictionary<string, DateTimeOffset> ClosedUntil, FrozenDictionary<string, TargetRoute> Routes);
}
