using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;

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

    private readonly Catalog _catalog;
    private readonly double[] _shares;
    private readonly Dictionary<string, (DateTimeOffset At, SiloReport Report)> _silos = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Served, long Failed)> _totals = new(StringComparer.Ordinal);
    private long _number;

    /// <summary>No reports yet.</summary>
    public RouteTableBuilder(Catalog catalog)
    {
        _catalog = catalog;

        // A share belongs to the provider; its models divide it.
        var models = catalog.Targets.CountBy(target => target.Provider).ToDictionary(StringComparer.Ordinal);
        var all = catalog.Targets.DistinctBy(target => target.Provider).Sum(target => target.Share);
        _shares = [.. catalog.Targets.Select(target => target.Share / models[target.Provider] / all)];
    }

    /// <summary>Takes in a silo's report.</summary>
    public void Take(SiloReport report, DateTimeOffset now)
    {
        _silos[report.Silo] = (now, report);
        foreach (var target in report.Targets)
        {
            var (served, failed) = _totals.GetValueOrDefault(target.Target);
            _totals[target.Target] = (served + target.Served, failed + target.Failed);
        }
    }

    /// <summary>The table of this moment.</summary>
    /// <param name="quotas">The snapshots that the authorities gave, by quota.</param>
    /// <param name="now">The present.</param>
    public RouteTable Build(IReadOnlyDictionary<string, QuotaSnapshot> quotas, DateTimeOffset now)
    {
        DropSilent(now);

        // Numbers follow the clock, so that they also grow from one activation of the router to the next.
        _number = Math.Max(_number + 1, now.ToUnixTimeMilliseconds());
        return new(_number, now, [.. _catalog.Targets.Select((target, index) => RouteOf(target, index, quotas.GetValueOrDefault(target.QuotaKey), now))]);
    }

    private TargetRoute RouteOf(TargetDefinition target, int index, QuotaSnapshot? quota, DateTimeOffset now)
    {
        var (closedFor, reason) = ClosureOf(target, quota, now);
        var (served, failed) = _totals.GetValueOrDefault(target.Id);
        var all = _catalog.Targets.Sum(other => _totals.GetValueOrDefault(other.Id).Served);
        var achieved = all == 0 ? 0 : (double)served / all;
        return new(target.Id, _shares[index], achieved, served, failed, closedFor, reason, quota);
    }

    private (TimeSpan For, string? Reason) ClosureOf(TargetDefinition target, QuotaSnapshot? quota, DateTimeOffset now)
    {
        var closure = (For: quota?.ClosedFor ?? TimeSpan.Zero, Reason: quota?.ClosedReason);
        foreach (var (at, report) in _silos.Values)
        {
            foreach (var told in report.Targets.Where(told => told.Target == target.Id))
            {
                var left = told.Disabled is null ? Shorter(told.ClosedFor, TimeSpan.FromDays(1)) - (now - at) : DisabledFor;
                if (left > closure.For)
                {
                    closure = (left, told.Disabled ?? "it keeps failing");
                }
            }
        }

        return closure;
    }

    private void DropSilent(DateTimeOffset now)
    {
        foreach (var (silo, (at, _)) in _silos)
        {
            if (at + SiloIsSilent < now)
            {
                _silos.Remove(silo);
            }
        }
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
