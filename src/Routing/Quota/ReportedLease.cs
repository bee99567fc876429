using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Quota;

/// <summary>A lease as its silo reports it.</summary>
internal static class ReportedLease
{
    /// <summary>A record of what is known from a report alone: the use, as final.</summary>
    public static LeaseRecord Of(string silo, LeaseReport report, DateTimeOffset now)
    {
        var grantedBy = GrantedBy(report.LeaseId);
        var lease = new LeaseRecord
        {
            Id = report.LeaseId,
            Silo = silo,
            GrantedAt = grantedBy < now ? grantedBy : now,
            HeardAt = now,
            Lifetime = LeaseRules.Lifetime,
            Closed = true,
        };
        Take(lease, report);
        return lease;
    }

    /// <summary>Takes in what was used and came back.</summary>
    public static void Take(LeaseRecord lease, LeaseReport report)
    {
        (lease.Used, lease.Refunded) = (NotNegative(report.Used), NotNegative(report.Refunded));
        lease.LastUse = TimeSpan.FromTicks(Math.Clamp(report.LastUse.Ticks, 0, LeaseRules.LongestUse.Ticks));
    }

    /// <summary>A moment not before the grant: numbers follow the clock, or are ahead of it.</summary>
    public static DateTimeOffset GrantedBy(long lease) => lease / 1000 < DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
        ? DateTimeOffset.FromUnixTimeMilliseconds((lease / 1000) + 1)
        : DateTimeOffset.MaxValue;

    /// <summary>The amounts without those below zero.</summary>
    public static QuotaAmounts NotNegative(QuotaAmounts amounts) => new(
        Math.Max(0, amounts.Requests),
        Math.Max(0, amounts.Tokens),
        Math.Max(0, amounts.InputTokens),
        Math.Max(0, amounts.OutputTokens),
        Math.Max(0, amounts.Cost),
        Math.Max(0, amounts.Concurrent));
}
