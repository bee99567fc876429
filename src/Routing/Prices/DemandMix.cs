using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Routing.Prices;

/// <summary>What kinds of requests come, and how many of each: newer ones count more. Not safe for concurrent use.</summary>
internal sealed class DemandMix
{
    /// <summary>After this time what came counts half.</summary>
    public static readonly TimeSpan HalfLife = TimeSpan.FromHours(2);

    // The most kinds; rarer ones are forgotten first.
    private const int MostKinds = 1024;
    private const double Forgotten = 0.01;

    private readonly Dictionary<(ulong Targets, byte Size), Weights> _kinds = [];
    private DateTimeOffset _at;

    /// <summary>Takes in what came.</summary>
    public void Take(ImmutableArray<DemandReport> reports, DateTimeOffset now)
    {
        Age(now);
        foreach (var report in reports)
        {
            if (report.Requests > 0)
            {
                var old = _kinds.GetValueOrDefault((report.Targets, report.Size));
                _kinds[(report.Targets, report.Size)] = new(
                    old.Requests + report.Requests, old.InputTokens + report.InputTokens, old.OutputTokens + report.OutputTokens);
            }
        }

        if (_kinds.Count > MostKinds)
        {
            foreach (var rare in _kinds.OrderBy(kind => kind.Value.Requests).Take(_kinds.Count - MostKinds).ToList())
            {
                _kinds.Remove(rare.Key);
            }
        }
    }

    /// <summary>The kinds, as parts of all; empty before the first.</summary>
    public ImmutableArray<DemandKind> Kinds()
    {
        var all = _kinds.Values.Sum(kind => kind.Requests);
        return
        [
            .. from kind in _kinds
               let count = kind.Value.Requests
               orderby kind.Key.Targets, kind.Key.Size
               select new DemandKind(kind.Key.Targets, count / all, kind.Value.InputTokens / count, kind.Value.OutputTokens / count),
        ];
    }

    private void Age(DateTimeOffset now)
    {
        var passed = now - _at;
        if (passed < TimeSpan.FromMinutes(1))
        {
            return;
        }

        _at = now;
        var factor = Math.Pow(0.5, passed / HalfLife);
        foreach (var (key, kind) in _kinds)
        {
            if (kind.Requests * factor < Forgotten)
            {
                _kinds.Remove(key);
            }
            else
            {
                _kinds[key] = new(kind.Requests * factor, kind.InputTokens * factor, kind.OutputTokens * factor);
            }
        }
    }

    private readonly record struct Weights(double Requests, double InputTokens, double OutputTokens);
}

/// <summary>Requests of about one size with the same choice of targets.</summary>
/// <param name="Targets">The targets, bit by bit.</param>
/// <param name="Part">What part of all requests they are.</param>
/// <param name="InputTokens">Their mean prompt.</param>
/// <param name="OutputTokens">Their mean output.</param>
internal readonly record struct DemandKind(ulong Targets, double Part, double InputTokens, double OutputTokens);
