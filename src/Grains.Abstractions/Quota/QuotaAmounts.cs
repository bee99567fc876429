namespace ThotNet.Grains.Abstractions.Quota;

/// <summary>What a request, a lease or a report spends of a quota. All amounts are whole and at least 0.</summary>
/// <param name="Requests">Number of requests.</param>
/// <param name="Tokens">Number of tokens: prompt and output together.</param>
[GenerateSerializer, Immutable, Alias("thotnet.QuotaAmounts")]
public readonly record struct QuotaAmounts(long Requests, long Tokens)
{
    /// <summary>Nothing of anything.</summary>
    public static QuotaAmounts Zero => default;

    /// <summary>The amount that a budget of <paramref name="metric"/> counts.</summary>
    public long Of(BudgetMetric metric) => metric switch
    {
        BudgetMetric.Requests => Requests,
        BudgetMetric.Tokens => Tokens,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown budget metric."),
    };

    /// <summary>The sum, metric by metric.</summary>
    public static QuotaAmounts operator +(QuotaAmounts left, QuotaAmounts right) =>
        new(left.Requests + right.Requests, left.Tokens + right.Tokens);

    /// <summary>The difference, metric by metric; may be negative.</summary>
    public static QuotaAmounts operator -(QuotaAmounts left, QuotaAmounts right) =>
        new(left.Requests - right.Requests, left.Tokens - right.Tokens);
}
