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
    private volatile AdviceView _view = new(null, FrozenDictionary<string, TargetRoute>.Empty, DateTimeOffset.MinValue);

    /// <summary>The newest table, or null before the first.</summary>
    public RouteTable? Table => _view.Table;

    /// <summary>The newest table as it was received.</summary>
    internal AdviceView View => _view;

    /// <summary>Puts a new table in place.</summary>
    public void Update(RouteTable table) =>
        _view = new(table, table.Targets.ToFrozenDictionary(target => target.Target, StringComparer.Ordinal), time.GetUtcNow());
}

/// <summary>A route table and when it was received.</summary>
internal sealed record AdviceView(RouteTable? Table, FrozenDictionary<string, TargetRoute> Routes, DateTimeOffset At)
{
    public double WaitAbove => Table?.WaitAbove ?? double.PositiveInfinity;

    /// <summary>
    /// What it costs to send a request to the target: the price of what it spends, and <see cref="RouteAdvice.DegradedPrice"/> while it is degraded; 0 as
    /// long as nobody says.
    /// </summary>
    public double PriceOf(TargetDefinition target, QuotaAmounts amounts) =>
        RouteOf(target) is { } route ? route.Prices.Of(amounts) + (route.Degraded ? RouteAdvice.DegradedPrice : 0) : 0;

    /// <summary>Where the target's quota stood then, if that is known.</summary>
    public QuotaSnapshot? QuotaOf(TargetDefinition target) => RouteOf(target)?.Quota;

    /// <summary>For how long nobody should send to the target; zero when it is open.</summary>
    public TimeSpan ClosedFor(TargetDefinition target, DateTimeOffset now)
    {
        var left = RouteOf(target) is { } route && route.ClosedFor > TimeSpan.Zero ? At + route.ClosedFor - now : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether it is the provider that takes nothing for now, and not the target that fails.</summary>
    public bool IsQuotaClosed(TargetDefinition target) => RouteOf(target) is { Quota: { } quota } route && quota.ClosedFor >= route.ClosedFor;

    private TargetRoute? RouteOf(TargetDefinition target) => Routes.Count > 0 ? Routes.GetValueOrDefault(target.Id) : null;
}
