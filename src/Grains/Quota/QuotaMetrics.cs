using System.Diagnostics.Metrics;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;

namespace ThotNet.Grains.Quota;

/// <summary>What the authorities of this silo count, on the meter <c>ThotNet</c>. Safe for concurrent use.</summary>
internal static class QuotaMetrics
{
    private static readonly Meter Meter = new("ThotNet");

    private static readonly Counter<long> Grants = Meter.CreateCounter<long>(
        "thotnet.quota.grants", "{lease}", "Leases granted, their storing confirmed.");

    private static readonly Counter<long> Refusals = Meter.CreateCounter<long>(
        "thotnet.quota.refusals", "{question}", "Questions for leases that were refused, by reason.");

    private static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "thotnet.quota.conflicts", "{write}", "Writes that found a record of somebody else: another activation, or a store that lost it.");

    private static readonly Histogram<double> Writes = Meter.CreateHistogram<double>(
        "thotnet.quota.write.duration",
        "s",
        "Time from the decision to the store's word about it, by outcome.",
        advice: new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] });

    public static void CountAnswer(string quota, LeaseAnswer answer)
    {
        if (answer.Lease is not null)
        {
            Grants.Add(1, new KeyValuePair<string, object?>("quota", CallerLimits.LabelOf(quota)));
        }
        else if (answer.Refusal != LeaseRefusal.None)
        {
            Refusals.Add(1, new("quota", CallerLimits.LabelOf(quota)), new("reason", ReasonOf(answer.Refusal)));
        }
    }

    public static void CountConflict(string quota) => Conflicts.Add(1, new KeyValuePair<string, object?>("quota", CallerLimits.LabelOf(quota)));

    public static void CountWrite(string quota, TimeSpan duration, bool stored) =>
        Writes.Record(duration.TotalSeconds, new("quota", CallerLimits.LabelOf(quota)), new("outcome", stored ? "stored" : "failed"));

    private static string ReasonOf(LeaseRefusal refusal) => refusal switch
    {
        LeaseRefusal.Exhausted => "exhausted",
        LeaseRefusal.Closed => "closed",
        LeaseRefusal.TooLarge => "too_large",
        LeaseRefusal.Unknown => "unknown",
        LeaseRefusal.Stale => "stale",
        LeaseRefusal.StorageFailed => "storage_failed",
        LeaseRefusal.Learning => "learning",
        _ => "other",
    };
}
