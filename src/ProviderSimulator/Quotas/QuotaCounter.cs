using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>
/// Counts amounts in the window of one quota. Moments given to one counter must not go back. Not thread-safe: the owner's lock
/// guards it.
/// </summary>
internal abstract class QuotaCounter
{
    /// <summary>Makes the counter for a quota.</summary>
    public static QuotaCounter For(SimulatedQuota quota) => quota.Kind switch
    {
        QuotaKind.Rolling => new RollingCounter(quota.Window),
        QuotaKind.LeakyBucket => new LeakyBucketCounter(quota.Amount, quota.Window),
        QuotaKind.Calendar => new CalendarCounter(quota.Window, TimeZoneInfo.FindSystemTimeZoneById(quota.TimeZone)),
        _ => throw new ArgumentOutOfRangeException(nameof(quota), quota.Kind, "Unknown kind of quota."),
    };

    /// <summary>The amount in the window that ends at <paramref name="now"/>; parts of a unit are rounded up.</summary>
    public abstract long Used(Moment now);

    /// <summary>Counts <paramref name="amount"/>, at least 0, at <paramref name="now"/>.</summary>
    public abstract void Add(Moment now, long amount);

    /// <summary>Time until <see cref="Used"/> is at most <paramref name="level"/> if nothing is added; zero when it is already.</summary>
    public abstract TimeSpan UntilAtMost(Moment now, long level);
}
