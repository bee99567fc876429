using ThotNet.Load.Reporting;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Caching;

/// <summary>Turns measurements of single look-ups into a table: medians over the rounds, and the ratios of times to those of the comparator.</summary>
public static class LookupReport
{
    /// <summary>Adds the table to a report.</summary>
    public static void AddTo(Report report, IReadOnlyDictionary<Way, List<Measurement>> results, int rounds)
    {
        var table = report.Add(
            $"A stored answer, one at a time, medians of {rounds} rounds",
            "way", "p50 us", "p95 us", "p99 us", "CPU us", "errors", "compared with", "p50 ratio", "p99 ratio", "CPU ratio");
        foreach (var (way, measured) in results)
        {
            var comparator = results.FirstOrDefault(result => result.Key.Name == way.Comparator).Value;
            table.AddRow(
                way.Name,
                Latency(measured, 0.5),
                Latency(measured, 0.95),
                Latency(measured, 0.99),
                Cpu(measured),
                measured.Sum(one => one.Loop.Errors),
                comparator is null ? null : way.Comparator,
                comparator is null ? null : Latency(measured, 0.5) / Latency(comparator, 0.5),
                comparator is null ? null : Latency(measured, 0.99) / Latency(comparator, 0.99),
                comparator is null ? null : Cpu(measured) / Cpu(comparator));
        }

        table.Notes.Add("CPU is that of the servers, and in the rows in this process that of the process and of Redis. Ratios are of times: above 1 is slower.");
    }

    private static double Latency(List<Measurement> measured, double part) =>
        ThroughputReport.Median(measured.Select(one => one.Loop.Latency.Percentile(part).TotalMicroseconds));

    private static double? Cpu(List<Measurement> measured) => measured.TrueForAll(one => one.CpuPerRequest is not null)
        ? ThroughputReport.Median(measured.Select(one => one.CpuPerRequest!.Value))
        : null;
}
