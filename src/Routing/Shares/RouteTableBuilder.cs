using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Health;
using ThotNet.Routing.Prices;

namespace ThotNet.Routing.Shares;

/// <summary>
/// What all silos reported, and the table that follows from it. Not safe for concurrent use: the router's turns own it.
/// </summary>
public sealed class RouteTableBuilder
{
    /// <summary>A silo that is silent for longer than this no longer speaks about health: 10 s.</summary>
    public static readonly TimeSpan SiloIsSilent = TimeSpan.FromSeconds(10);

    /// <summary>For how long a target is closed in the table while a silo reports it as disabled: 1 min.</summary>
    public static readonly TimeSpan DisabledFor = TimeSpan.FromMinutes(1);

    /// <summary>For how long the totals of a silent silo are remembered: 1 h. One that speaks again after that is counted twice.</summary>
    public static readonly TimeSpan SiloIsForgotten = TimeSpan.FromHours(1);

    private readonly Catalog _catalog;
    private readonly double[] _shares;
    private readonly LatencyWatch[] _watches;
    private readonly Dictionary<string, SiloView> _silos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Served, long Failed)> _totals = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>No reports yet.</summary>
    public RouteTableBuilder(Catalog catalog)
    {
        _catalog = catalog;
        _shares = SharesOf(catalog);
        _watches = [.. catalog.Targets.Select(_ => new LatencyWatch())];
    }

    /// <summary>The configured shares of all targets; they sum to 1. A share belongs to the provider; its models divide it.</summary>
    public static double[] SharesOf(Catalog catalog)
    {
        var models = catalog.Targets.CountBy(target => target.Provider).ToDictionary(StringComparer.Ordinal);
        var all = catalog.Targets.DistinctBy(target => target.Provider).Sum(target => target.Share);
        return [.. catalog.Targets.Select(target => target.Share / models[target.Provider] / all)];
    }

    /// <summary>Takes in a silo's report.</summary>
    /// <returns>What was asked for, as far as it was not reported before.</returns>
    public ImmutableArray<DemandReport> Take(SiloReport report, DateTimeOffset now)
    {
        if (!_silos.TryGetValue(report.Silo, out var silo))
        {
            _silos[report.Silo] = silo = new SiloView();
        }

        (silo.At, silo.Report) = (now, report);
        foreach (var target in report.Targets)
        {
            var (served, failed) = _totals.GetValueOrDefault(target.Target);
            var (newServed, newFailed) = silo.TakeTotals(target);
            _totals[target.Target] = (served + newServed, failed + newFailed);
        }

        return silo.IsNewDemand(report) ? report.Demand : [];
    }

    /// <summary>The table of this moment.</summary>
    /// <param name="quotas">The snapshots that the authorities gave, by quota.</param>
    /// <param name="prices">What it costs to spend them; null when that is not known: then nothing is scarce.</param>
    /// <param name="now">The present.</param>
    public RouteTable Build(IReadOnlyDictionary<string, QuotaSnapshot> quotas, PriceTable? prices, DateTimeOffset now)
    {
        Forget(now);

        // Numbers follow the clock, so that they also grow from one activation of the router to the next.
        _number = Math.Max(_number + 1, now.ToUnixTimeMilliseconds());
        var routes = _catalog.Targets.Select((target, index) => RouteOf(target, index, quotas.GetValueOrDefault(target.QuotaKey), prices, now));
        return new(_number, now, [.. routes]) { WaitAbove = prices?.WaitAbove ?? double.PositiveInfinity };
    }

    private TargetRoute RouteOf(TargetDefinition target, int index, QuotaSnapshot? quota, PriceTable? prices, DateTimeOffset now)
    {
        var (closedFor, reason) = ClosureOf(target, quota, now);
        var (served, failed) = _totals.GetValueOrDefault(target.Id);
        var all = _catalog.Targets.Sum(other => _totals.GetValueOrDefault(other.Id).Served);
        var achieved = all == 0 ? 0 : (double)served / all;
        var latency = LatencyOf(target, now);
        _watches[index].See(latency, now);
        return new(target.Id, _shares[index], achieved, served, failed, closedFor, reason, quota)
        {
            Prices = prices?.Prices[index] ?? QuotaPrices.None,
            EffectiveShare = prices?.EffectiveShares[index] ?? _shares[index],
            Latency = latency,
            Degraded = _watches[index].IsDegraded,
        };
    }

    private TimeSpan? LatencyOf(TargetDefinition target, DateTimeOffset now)
    {
        var (sum, silos) = (TimeSpan.Zero, 0);
        foreach (var told in ReportsOf(target, now))
        {
            if (told.Report.Latency is { } latency)
            {
                (sum, silos) = (sum + latency, silos + 1);
            }
        }

        return silos == 0 ? null : sum / silos;
    }

    private IEnumerable<(DateTimeOffset At, TargetReport Report)> ReportsOf(TargetDefinition target, DateTimeOffset now) =>
        from silo in _silos.Values
        where silo.At + SiloIsSilent >= now
        from told in silo.Report.Targets
        where told.Target == target.Id
        select (silo.At, told);

    private (TimeSpan For, string? Reason) ClosureOf(TargetDefinition target, QuotaSnapshot? quota, DateTimeOffset now)
    {
        var closure = (For: quota?.ClosedFor ?? TimeSpan.Zero, Reason: quota?.ClosedReason);
        foreach (var (at, told) in ReportsOf(target, now))
        {
            var left = told.Disabled is null ? Shorter(told.ClosedFor, TimeSpan.FromDays(1)) - (now - at) : DisabledFor;
            if (left > closure.For)
            {
                closure = (left, told.Disabled ?? "it keeps failing");
            }
        }

        return closure;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (name, silo) in _silos)
        {
            if (silo.At + SiloIsForgotten < now)
            {
                _silos.Remove(name);
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    /// <summary>One silo's newest report, and what of it is counted already.</summary>
    private sealed class SiloView
    {
        private readonly Dictionary<string, (long Served, long Failed)> _counted = new(StringComparer.Ordinal);
        private long _demand;

        public DateTimeOffset At { get; set; }

        public SiloReport Report { get; set; } = null!;

        // A report that was overtaken by a later one tells less.
        public (long Served, long Failed) TakeTotals(TargetReport target)
        {
            var (served, failed) = _counted.GetValueOrDefault(target.Target);
            _counted[target.Target] = (Math.Max(served, target.Served), Math.Max(failed, target.Failed));
            return (Math.Max(0, target.Served - served), Math.Max(0, target.Failed - failed));
        }

        public bool IsNewDemand(SiloReport report)
        {
            if (report.DemandNumber <= _demand || report.Demand.IsDefault)
            {
                return false;
            }

            _demand = report.DemandNumber;
            return true;
        }
    }
}
