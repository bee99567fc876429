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
            "scenario", "budget", "limit", "window s", "worst overspend", "used %", "judged for s");
        foreach (var result in results) AddQuotas(quotas, result);
        quotas.Notes.Add("Used: rolling windows by the mean of admitted / limit over all sliding windows; leaky buckets by the part of their rate that was not lost "
            + "while they stood empty; a day by what was admitted when the run ended. Windows are left out that touch the start, a fault or the time after it in "
            + "which leases and deaths run their course, or in which another budget of the provider was nearly spent; '-' where less than a window's time is left to judge.");
        var calls = report.Add(
            "What callers got", "scenario", "for s", "served", "429", "other errors", "broken streams", "429s by providers", "faults");
        foreach (var result in results) AddCalls(calls, result);
        if (settings.Speed > 1) calls.Notes.Add($"All times are the cluster's, whose clocks ran {settings.Speed} times as fast as real ones.");
        return report;
    }

    private static void AddQuotas(ReportTable table, ChaosResult result)
    {
        foreach (var (quota, use) in result.Quotas)
        {
            table.AddRow(
                $"{result.Scenario}",
                $"{quota.Provider} {quota.Name} ({quota.Kind}, {quota.Metric})",
                quota.Limit,
                quota.Window.TotalSeconds,
                quota.WorstOverspend,
                use.Part is { } part ? Math.Round(100 * part, 2) : null,
                Math.Round(use.Judged.TotalSeconds));
        }
    }

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
