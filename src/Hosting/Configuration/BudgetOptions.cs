using System.ComponentModel.DataAnnotations;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Hosting.Configuration;

/// <summary>One limit of a provider's account, or of a caller's key.</summary>
public sealed class BudgetOptions
{
    /// <summary>
    /// What is counted: <c>Requests</c>, <c>Tokens</c> (prompt and output together), <c>InputTokens</c>, <c>OutputTokens</c>,
    /// <c>ConcurrentRequests</c> (under way at one moment) or <c>Cost</c> (millionths of a US dollar, by the models' prices).
    /// </summary>
    public BudgetMetric Metric { get; set; } = BudgetMetric.Requests;

    /// <summary>Whether it is kept to. What was spent while it was off is not in it when it is switched on again.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>The limit for one window; what a leaky bucket holds.</summary>
    [Range(1, 1_000_000_000_000)]
    public long Amount { get; set; }

    /// <summary>
    /// Length of the window; a calendar window must divide a day. In it a full leaky bucket drains. Of <c>ConcurrentRequests</c>, 30 seconds to 1 hour:
    /// how long the places of a silo that has fallen silent stay taken.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan Window { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// <c>Rolling</c> (any interval of that length), <c>Calendar</c> (aligned to midnight) or <c>LeakyBucket</c> (drains all the time, amount
    /// per window, so that a full one takes the next unit after window/amount).
    /// </summary>
    public BudgetKind Kind { get; set; } = BudgetKind.Rolling;

    /// <summary>IANA time zone whose midnight calendar windows start from.</summary>
    public string TimeZone { get; set; } = "UTC";
}
