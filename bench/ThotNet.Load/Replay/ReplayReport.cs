using ThotNet.Load.Measure;
using ThotNet.Load.Reporting;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Replay;

/// <summary>Turns what a replay found into tables.</summary>
public static class ReplayReport
{
    /// <summary>The tables of one replay; <paramref name="simulator"/> is null if it did not say, or without one.</summary>
    public static Report Make(ReplaySettings settings, ReplayResult result, StateReport? simulator)
    {
        var report = new Report();
        AddOutcomes(report, settings, result);
        AddShares(report, settings.Targets, result.Tally.ServedBy);
        AddLatencies(report, result);
        if (settings.Prompts is not null) CacheReport.AddTo(report, settings.Prompts, result, simulator);
        if (settings.Simulator is not null) AddQuotas(report, simulator?.Quotas ?? []);
        return report;
    }

    private static void AddOutcomes(Report report, ReplaySettings settings, ReplayResult result)
    {
        var table = report.Add($"Replay of {settings.Trace.Name} at {settings.Speed:0.##} times its speed", "outcome", "requests", "% of sent");
        var tally = result.Tally;
        AddCount("sent", result.Sent);
        AddCount("served", tally.CountOf(CallResult.Served));
        AddCount("429", tally.CountOf(CallResult.Throttled));
        AddCount("other errors", tally.CountOf(CallResult.Failed));
        AddCount("broken answers", tally.CountOf(CallResult.Broken));
        foreach (var (detail, count) in tally.Problems) AddCount($"- {detail}", count);
        table.Notes.Add($"{result.Duration.TotalSeconds:0.0} s from the first request to the last answer.");

        void AddCount(string name, int count) => table.AddRow(name, (long)count, Percent(count, result.Sent));
    }

    private static void AddShares(Report report, IReadOnlyDictionary<string, double> targets, IReadOnlyDictionary<string, int> servedBy)
    {
        var table = report.Add("Shares of served requests", "provider", "served", "share %", "target %", "difference");
        var total = servedBy.Values.Sum();
        var weights = targets.Values.Sum();
        foreach (var name in targets.Keys.Union(servedBy.Keys))
        {
            var served = servedBy.GetValueOrDefault(name);
            double? target = targets.TryGetValue(name, out var weight) ? 100 * weight / weights : null;
            table.AddRow(name.Length > 0 ? name : "(not named)", (long)served, Percent(served, total), target, Percent(served, total) - target);
        }
    }

    private static void AddLatencies(Report report, ReplayResult result)
    {
        var table = report.Add("Times in ms", "time", "p50", "p90", "p99", "max");
        Add("served, first byte", result.Tally.FirstByte);
        Add("served, whole answer", result.Tally.Latency);
        Add("429", result.Tally.ThrottledLatency);
        Add("lateness of sending", result.Lateness);

        void Add(string name, LatencyHistogram times)
        {
            if (times.Count == 0) table.AddRow(name);
            else table.AddRow(name, Ms(times.Percentile(0.5)), Ms(times.Percentile(0.9)), Ms(times.Percentile(0.99)), Ms(times.Max));
        }
    }

    private static void AddQuotas(Report report, IReadOnlyList<QuotaState> quotas)
    {
        var table = report.Add("The simulator's own counts", "quota", "metric", "limit", "in the window now", "worst overspend");
        foreach (var quota in quotas) table.AddRow(Name(quota), $"{quota.Metric}", quota.Limit, quota.Arrived, quota.WorstOverspend);
    }

    private static string Name(QuotaState quota) => quota.Model.Length > 0
        ? $"{quota.Provider} {quota.Account} {quota.Model} {quota.Name}"
        : $"{quota.Provider} {quota.Account} {quota.Name}";

    internal static double Percent(long part, long whole) => whole == 0 ? 0 : Math.Round(100.0 * part / whole, 2);

    private static double Ms(TimeSpan time) => Math.Round(time.TotalMilliseconds, 2);
}
