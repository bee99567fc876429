using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Chaos;

/// <summary>How well a quota was used while nothing disturbed the cluster.</summary>
/// <param name="Part">0 to 1; null when it could not be judged for at least the length of a window.</param>
/// <param name="Judged">For how long it was judged: the times at which windows ended that were counted.</param>
public readonly record struct Utilisation(double? Part, TimeSpan Judged)
{
    // From here on a quota may stand in the way of the provider's other ones.
    private const double NearlySpent = 0.95;

    private static readonly TimeSpan LongWindow = TimeSpan.FromHours(1);

    /// <summary>
    /// Judges a quota by what the provider itself counted.
    /// </summary>
    /// <remarks>
    /// Rolling: the mean of admitted / limit over all sliding windows that touch no disturbance (the provider's count at a moment is that of the
    /// window which ends there). Leaky bucket: it passes its whole rate as long as it is not empty; what it could have drained while it
    /// was empty is lost. A window of an hour or more, which no run sees the end of: admitted / limit when the run ends. Moments at which
    /// another quota of the provider was nearly spent within the window are left out: then that one binds.
    /// </remarks>
    /// <param name="quota">The quota.</param>
    /// <param name="samples">What it held.</param>
    /// <param name="others">What each other quota of the same provider held, and its limit.</param>
    /// <param name="disturbances">When not to judge.</param>
    /// <param name="since">Windows that begin earlier are left out; no matter where a window is longer than the run.</param>
    public static Utilisation Of(
        QuotaState quota,
        IReadOnlyList<Sample> samples,
        IReadOnlyList<(QuotaState Quota, IReadOnlyList<Sample> Samples)> others,
        Disturbances disturbances,
        TimeSpan since)
    {
        if (samples.Count == 0) return default;
        if (quota.Window >= LongWindow && quota.Kind != QuotaKind.LeakyBucket) return new((double)samples[^1].Used / quota.Limit, samples[^1].At);
        var spent = others.SelectMany(other => other.Samples.Where(sample => sample.Used >= NearlySpent * other.Quota.Limit)).Select(sample => sample.At).ToList();
        bool IsJudged(TimeSpan from, TimeSpan to) => from >= since && disturbances.IsCalm(from, to) && !spent.Exists(at => at >= from && at <= to);
        return quota.Kind == QuotaKind.LeakyBucket ? OfBucket(quota, samples, IsJudged) : OfWindows(quota, samples, IsJudged);
    }

    private static Utilisation OfWindows(QuotaState quota, IReadOnlyList<Sample> samples, Func<TimeSpan, TimeSpan, bool> isJudged)
    {
        var (weighted, judged) = (0.0, TimeSpan.Zero);
        for (var i = 1; i < samples.Count; i++)
        {
            var step = samples[i].At - samples[i - 1].At;
            if (!isJudged(samples[i].At - quota.Window, samples[i].At)) continue;
            weighted += step.TotalSeconds * samples[i].Used / quota.Limit;
            judged += step;
        }

        return judged < quota.Window ? default : new(weighted / judged.TotalSeconds, judged);
    }

    private static Utilisation OfBucket(QuotaState quota, IReadOnlyList<Sample> samples, Func<TimeSpan, TimeSpan, bool> isJudged)
    {
        var rate = quota.Limit / quota.Window.TotalSeconds;
        var (lost, judged) = (0.0, TimeSpan.Zero);
        for (var i = 1; i < samples.Count; i++)
        {
            var step = samples[i].At - samples[i - 1].At;
            if (!isJudged(samples[i - 1].At, samples[i].At)) continue;
            lost += Math.Max(0, (rate * step.TotalSeconds) - samples[i - 1].Used);
            judged += step;
        }

        return judged < quota.Window ? default : new(1 - (lost / (rate * judged.TotalSeconds)), judged);
    }
}
