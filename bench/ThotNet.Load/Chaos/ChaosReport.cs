using ThotNet.Load.Replay;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Chaos;

/// <summary>Turns scenarios into two tables: what the providers counted, and what the callers got.</summary>
public static class ChaosReport
{
    /// <summary>Makes the report.</summary>
    public static Report Make(ChaosSettings settings, IReadOnlyList<ChaosResult> results)
    {
        var report = new Report();
        var quotas = report.Add(
            $"Budgets under faults, {settings.Silos} silos, the providers' own counts",
            "scenario", "budget", "limit", "window s", "worst overspend", "used %", "judged for s",
            "used % after the faults", "judged for s after the faults");
        foreach (var result in results) AddQuotas(quotas, result);
        quotas.Notes.Add("Used: rolling windows by the mean of admitted / limit over all sliding windows; leaky buckets by the part of their rate that was not lost "
            + "while they stood empty; a day by what was admitted when the run ended.");
        quotas.Notes.Add("Left out are windows that touch the first 10 s, a fault (until what was ended runs again), or a window and 20 s after it: so long may a lease "
            + "count that its silo took with it (its life 5 s, a request's travel 10 s, the change of authority 2 s, then the window). Left out, too, are those in "
            + "which another budget of the provider was spent to 95 %: that one binds. '-' means that less than a window's time was left to judge.");
        var calls = report.Add(
            "What callers got", "scenario", "for s", "served", "429", "other errors", "broken streams", "429s by providers", "faults");
        foreach (var result in results) AddCalls(calls, result);
        if (settings.Speed > 1) calls.Notes.Add($"All times are the cluster's, whose clocks ran {settings.Speed} times as fast as real ones.");
        return report;
    }

    private static void AddQuotas(ReportTable table, ChaosResult result)
    {
        foreach (var (quota, use, after) in result.Quotas)
        {
            table.AddRow(
                $"{result.Scenario}",
                $"{quota.Provider} {quota.Name} ({quota.Kind}, {quota.Metric})",
                quota.Limit,
                quota.Window.TotalSeconds,
                quota.WorstOverspend,
                PercentOf(use),
                Math.Round(use.Judged.TotalSeconds),
                PercentOf(after),
                Math.Round(after.Judged.TotalSeconds));
        }
    }

    private static double? PercentOf(Utilisation use) => use.Part is { } part ? Math.Round(100 * part, 2) : null;

    private static void AddCalls(ReportTable table, ChaosResult result)
    {
        var tally = result.Tally;
        var faults = result.Disturbances.Where(one => one.From >= TimeSpan.Zero).OrderBy(one => one.From).Select(one => $"{one.What} at {one.From.TotalSeconds:0} s");
        table.AddRow(
            $"{result.Scenario}",
            Math.Round(result.Duration.TotalSeconds),
            (long)tally.CountOf(CallResult.Served),
            (long)tally.CountOf(CallResult.Throttled),
            (long)tally.CountOf(CallResult.Failed),
            (long)tally.CountOf(CallResult.Broken),
            result.RefusedByProviders,
            string.Join(", ", faults));
        foreach (var (problem, count) in tally.Problems.Where(problem => !problem.Key.StartsWith("429", StringComparison.Ordinal)))
        {
            table.Notes.Add($"{result.Scenario}: {count} x {problem}");
        }
    }
}
