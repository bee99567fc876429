using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Providers.Failures;

/// <summary>What a failure was found to be.</summary>
/// <param name="Class">The class.</param>
/// <param name="RetryAfter">When to come again, or null.</param>
/// <param name="Evidence">What it says about our quota, or null.</param>
internal sealed record Verdict(FailureClass Class, TimeSpan? RetryAfter = null, QuotaEvidence? Evidence = null)
{
    /// <summary>How long a quota stays closed after a 429 that names no time.</summary>
    public static readonly TimeSpan DefaultThrottle = TimeSpan.FromSeconds(10);

    /// <summary>How long a quota stays closed when the account is out of credits, before it is tried again.</summary>
    public static readonly TimeSpan CreditsRecheck = TimeSpan.FromMinutes(10);

    // A throttle that ends at once would let the same request run into it again.
    private static readonly TimeSpan LeastClosing = TimeSpan.FromMilliseconds(100);

    /// <summary>Our quota refused the request for a while.</summary>
    public static Verdict Throttled(TimeSpan? wait, string reason) => Closing(FailureClass.Throttled, wait ?? DefaultThrottle, reason);

    /// <summary>Our quota is gone for the day, or the account has no credits.</summary>
    public static Verdict QuotaGone(TimeSpan wait, string reason) => Closing(FailureClass.QuotaGone, wait, reason);

    /// <summary>The same verdict with what the provider said of single limits; nothing is added where it closes no quota of ours.</summary>
    public Verdict With(params IEnumerable<BudgetEvidence?> budgets) =>
        Evidence is null ? this : this with { Evidence = Evidence with { Budgets = [.. budgets.OfType<BudgetEvidence>()] } };

    private static Verdict Closing(FailureClass kind, TimeSpan wait, string reason)
    {
        var closed = wait < LeastClosing ? LeastClosing : wait;
        return new Verdict(kind, closed, new QuotaEvidence(closed, reason));
    }
}
