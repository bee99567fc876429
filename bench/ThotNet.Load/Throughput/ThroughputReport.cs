using System.Reflection;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Throughput;

/// <summary>Turns measurements into a table: medians over the rounds, and each subject's ratio to its comparator.</summary>
public static class ThroughputReport
{
    /// <summary>The report; subjects that are missing get a row that says so.</summary>
    public static Report Make(IReadOnlyList<Subject> subjects, IReadOnlyDictionary<Subject, List<Measurement>> results, int connections, int rounds)
    {
        var report = new Report();
        var table = report.Add(
            $"Closed loops, {connections} connections, 1 kB bodies, medians of {rounds} rounds",
            "subject", "requests/s", "p50 us", "p99 us", "CPU us/request", "errors", "compared with", "ratio");
        foreach (var subject in subjects)
        {
            if (results.TryGetValue(subject, out var measured)) AddRow(table, subject, measured, ComparatorOf(subject, results));
            else AddMissing(table, subject);
        }

        table.Notes.Add("CPU is that of the subject's own servers: without the load, and without the upstream except in its own row.");
        table.Notes.Add($"{Environment.ProcessorCount} cores; built as {Configuration}.");
        return report;
    }

    /// <summary>The middle value; the mean of the two middle ones for an even number; zero for none.</summary>
    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0) return 0;
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static string Configuration =>
        typeof(ThroughputReport).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "unknown";

    private static List<Measurement>? ComparatorOf(Subject subject, IReadOnlyDictionary<Subject, List<Measurement>> results) =>
        results.FirstOrDefault(result => result.Key.Name == subject.Comparator).Value;

    private static void AddRow(ReportTable table, Subject subject, List<Measurement> measured, List<Measurement>? comparator)
    {
        var rate = MedianRate(measured);
        table.AddRow(
            subject.Name,
            Math.Round(rate),
            MedianLatency(measured, 0.5),
            MedianLatency(measured, 0.99),
            measured.TrueForAll(m => m.CpuPerRequest is not null) ? Math.Round(Median(measured.Select(m => m.CpuPerRequest!.Value)), 1) : null,
            measured.Sum(m => m.Loop.Errors),
            comparator is null ? null : subject.Comparator,
            comparator is null ? null : Math.Round(rate / MedianRate(comparator), 2));
    }

    private static void AddMissing(ReportTable table, Subject subject)
    {
        table.AddRow(subject.Name);
        table.Notes.Add($"{subject.Name}: {subject.Missing}");
    }

    private static double MedianRate(List<Measurement> measured) => Median(measured.Select(m => m.RequestsPerSecond));

    private static double MedianLatency(List<Measurement> measured, double part) =>
        Math.Round(Median(measured.Select(m => m.Loop.Latency.Percentile(part).TotalMicroseconds)));
}
