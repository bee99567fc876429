namespace ThotNet.Grains.Abstractions.Quota;

/// <summary>What a budget counts.</summary>
public enum BudgetMetric
{
    /// <summary>Requests sent to the provider, whether or not they succeed (wire.md section 6).</summary>
    Requests,

    /// <summary>Prompt and output tokens together.</summary>
    Tokens,

    /// <summary>Tokens of prompts alone, as Gemini counts them a minute (wire.md section 6).</summary>
    InputTokens,

    /// <summary>Tokens of outputs alone.</summary>
    OutputTokens,

    /// <summary>Requests under way at one moment. Kind and time zone of such a budget mean nothing.</summary>
    ConcurrentRequests,

    /// <summary>Price, in millionths of a US dollar.</summary>
    Cost,
}

/// <summary>How the window of a budget moves.</summary>
public enum BudgetKind
{
    /// <summary>Any interval of the window's length; safe whatever window the provider really uses.</summary>
    Rolling,

    /// <summary>Fixed windows aligned to midnight of a time zone.</summary>
    Calendar,

    /// <summary>
    /// A bucket that holds the amount and drains continuously, amount/window, as at Groq (wire.md 3.2): after a pause a whole amount fits
    /// at once, and from then on one unit each window/amount.
    /// </summary>
    LeakyBucket,
}

/// <summary>One limit of a quota: no window may see more than <paramref name="Amount"/> of <paramref name="Metric"/>.</summary>
/// <param name="Metric">What is counted.</param>
/// <param name="Amount">The limit for one window; at least 1. What a leaky bucket holds.</param>
/// <param name="Window">
/// Length of the window: 1 s to 7 days, for calendar ones 1 s to 1 day (a divisor of a day). In it a full leaky bucket drains. For
/// concurrent requests: for how long the places of a silo that has fallen silent stay taken.
/// </param>
/// <param name="Kind">How the window moves.</param>
/// <param name="TimeZone">IANA name of the zone whose midnight calendar windows start from; used by no others.</param>
[GenerateSerializer, Immutable, Alias("thotnet.BudgetDefinition")]
public sealed record BudgetDefinition(BudgetMetric Metric, long Amount, TimeSpan Window, BudgetKind Kind, string TimeZone = "UTC");
