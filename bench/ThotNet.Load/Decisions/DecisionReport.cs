using ThotNet.Load.Reporting;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Decisions;

/// <summary>Turns measurements of decisions into a table: medians over the rounds, and the ratio of leases to the comparator.</summary>
public static class DecisionReport
{
    /// <summary>Makes the report.</summary>
    public static Report Make(IReadOnlyDictionary<(string Way, int Quotas), List<DecisionMeasurement>> results, int callers, int rounds)
    {
        var report = new Report();
        var table = report.Add(
            $"Decisions whether a request may be sent, {callers} callers, medians of {rounds} rounds",
            "way", "quotas", "decisions/s", "p50 us", "p99 us", "own CPU us", "Redis CPU us", "CPU us in all", "refused", "ratio", "CPU ratio");
        foreach (var ((way, quotas), measured) in results.OrderBy(result => result.Key.Quotas))
        {
            List<DecisionMeasurement>? comparator = way == DecisionRun.Leases ? results.GetValueOrDefault((DecisionRun.Buckets, quotas)) : null;
            table.AddRow(
                way,
                (long)quotas,
                Math.Round(Rate(measured)),
                Latency(measured, 0.5),
                Latency(measured, 0.99),
                Cpu(measured, one => one.Own),
                Cpu(measured, one => one.Redis),
                Cpu(measured, one => one.Own + one.Redis),
                measured.Sum(one => one.Result.Refused),
                comparator is null ? null : Math.Round(Rate(measured) / Rate(comparator), 1),
                comparator is null ? null : Cpu(comparator, one => one.Own + one.Redis) / Cpu(measured, one => one.Own + one.Redis));
        }

        table.Notes.Add("CPU is for each decision; the callers' own loop is in it for both. A decision of leases is a reservation and its settlement, with all that "
            + "the authority and its store (every write on disk) do for it. The comparator's Redis writes nothing to disk.");
        return report;
    }

    private static double Rate(List<DecisionMeasurement> measured) =>
        ThroughputReport.Median(measured.Select(one => one.Result.Decided / one.Result.Duration.TotalSeconds));

    private static double Latency(List<DecisionMeasurement> measured, double part) =>
        ThroughputReport.Median(measured.Select(one => one.Result.Latency.Percentile(part).TotalMicroseconds));

    private static double? Cpu(List<DecisionMeasurement> measured, Func<DecisionMeasurement, TimeSpan?> of) => measured.TrueForAll(one => of(one) is not null)
        ? ThroughputReport.Median(measured.Select(one => of(one)!.Value.TotalMicroseconds / one.Result.Decided))
        : null;
}
