using System.Collections.Frozen;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing;

namespace ThotNet.Silo.Routing;

/// <summary>The newest route table of this silo. A silo without one goes by the configured shares: routing is advice, leases are law.</summary>
public sealed class RouteAdvice(TimeProvider time)
{
    // Written by the reporter alone, read by every request: swapped whole.
    private volatile Snapshot _snapshot = new(null, FrozenDictionary<string, DateTimeOffset>.Empty);

    /// <summary>The newest table, or null before the first.</summary>
    public RouteTable? Table => _snapshot.Table;

    /// <summary>Puts a new table in place.</summary>
    public void Update(RouteTable table)
    {
        var now = time.GetUtcNow();
        var closed = table.Targets
            .Where(target => target.ClosedFor > TimeSpan.Zero)
            .ToFrozenDictionary(target => target.Target, target => now + target.ClosedFor, StringComparer.Ordinal);
        _snapshot = new Snapshot(table, closed);
    }

    /// <summary>For how long the cluster advises to leave this target alone; zero when it is open.</summary>
    public TimeSpan ClosedFor(TargetDefinition target)
    {
        var closed = _snapshot.ClosedUntil;
        var left = closed.Count > 0 && closed.TryGetValue(target.Id, out var until) ? until - time.GetUtcNow() : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private sealed record Snapshot(RouteTable? Table, FrozenDictionary<string, DateTimeOffset> ClosedUntil);
}
