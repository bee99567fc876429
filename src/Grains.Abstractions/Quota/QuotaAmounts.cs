namespace ThotNet.Grains.Abstractions.Quota;

/// <summary>What a request, a lease or a report spends of a quota. All amounts are whole and at least 0.</summary>
/// <param name="Requests">Number of requests.</param>
/// <param name="Tokens">Number of tokens: prompt and output together.</param>
/// <param name="InputTokens">Number of tokens of prompts alone.</param>
/// <param name="OutputTokens">Number of tokens of outputs alone.</param>
/// <param name="Cost">Price in millionths of a US dollar.</param>
/// <param name="Concurrent">
/// Number of requests under way at once. Unlike the others it is not spent: it is held while a request runs and free again afterwards.
/// </param>
[GenerateSerializer, Immutable, Alias("thotnet.QuotaAmounts")]
public readonly record struct QuotaAmounts(
    long Requests, long Tokens, long InputTokens = 0, long OutputTokens = 0, long Cost = 0, long Concurrent = 0)
{
    /// <summary>Nothing of anything.</summary>
    public static QuotaAmounts Zero => default;

    /// <summary>What one request spends.</summary>
    /// <param name="inputTokens">Tokens of its prompt.</param>
    /// <param name="outputTokens">Tokens of its output.</param>
    /// <param name="cost">Price in millionths of a US dollar.</param>
    public static QuotaAmounts OfRequest(long inputTokens, long outputTokens, long cost = 0) =>
        new(1, inputTokens + outputTokens, inputTokens, outputTokens, cost, 1);

    /// <summary>The amount that a budget of <paramref name="metric"/> counts.</summary>
    public long Of(BudgetMetric metric) => metric switch
    {
        BudgetMetric.Requests => Requests,
        BudgetMetric.Tokens => Tokens,
        BudgetMetric.InputTokens => InputTokens,
        BudgetMetric.OutputTokens => OutputTokens,
        BudgetMetric.Cost => Cost,
        BudgetMetric.ConcurrentRequests => Concurrent,
        _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown budget metric."),
    };

    /// <summary>Whether no metric is above that of <paramref name="other"/>.</summary>
    public bool FitsInto(QuotaAmounts other) =>
        Requests <= other.Requests && Tokens <= other.Tokens && InputTokens <= other.InputTokens
        && OutputTokens <= other.OutputTokens && Cost <= other.Cost && Concurrent <= other.Concurrent;

    /// <summary>The larger of both, metric by metric.</summary>
    public static QuotaAmounts Max(QuotaAmounts left, QuotaAmounts right) => new(
        Math.Max(left.Requests, right.Requests),
        Math.Max(left.Tokens, right.Tokens),
        Math.Max(left.InputTokens, right.InputTokens),
        Math.Max(left.OutputTokens, right.OutputTokens),
        Math.Max(left.Cost, right.Cost),
        Math.Max(left.Concurrent, right.Concurrent));

    /// <summary>The sum, metric by metric.</summary>
    public static QuotaAmounts operator +(QuotaAmounts left, QuotaAmounts right) => new(
        left.Requests + right.Requests,
        left.Tokens + right.Tokens,
        left.InputTokens + right.InputTokens,
        left.OutputTokens + right.OutputTokens,
        left.Cost + right.Cost,
        left.Concurrent + right.Concurrent);

    /// <summary>The difference, metric by metric; may be negative.</summary>
    public static QuotaAmounts operator -(QuotaAmounts left, QuotaAmounts right) => new(
        left.Requests - right.Requests,
        left.Tokens - right.Tokens,
        left.InputTokens - right.InputTokens,
        left.OutputTokens - right.OutputTokens,
        left.Cost - right.Cost,
        left.Concurrent - right.Concurrent);

    /// <summary>That many times the amounts, metric by metric.</summary>
    public static QuotaAmounts operator *(long times, QuotaAmounts amounts) => new(
        times * amounts.Requests,
        times * amounts.Tokens,
        times * amounts.InputTokens,
        times * amounts.OutputTokens,
        times * amounts.Cost,
        times * amounts.Concurrent);
}
