using System.Globalization;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Endpoints;

/// <summary>Says in an answer's headers where the caller's own limits stand (wire.md 1.5): of those of requests and those of tokens the one with least left.</summary>
internal static class RateLimitHeaders
{
    /// <summary>Sets <c>x-ratelimit-limit-*</c>, <c>x-ratelimit-remaining-*</c> and <c>x-ratelimit-reset-*</c>.</summary>
    public static void Set(IHeaderDictionary headers, QuotaSnapshot standing)
    {
        Set(headers, "requests", standing, BudgetMetric.Requests);
        Set(headers, "tokens", standing, BudgetMetric.Tokens);
    }

    private static void Set(IHeaderDictionary headers, string kind, QuotaSnapshot standing, BudgetMetric metric)
    {
        var limits = standing.Budgets.Where(budget => budget.Definition.Metric == metric);
        if (limits.OrderBy(budget => budget.Remaining).ThenByDescending(budget => budget.ResetsIn).FirstOrDefault() is not { } tightest)
        {
            return;
        }

        headers[$"x-ratelimit-limit-{kind}"] = tightest.Definition.Amount.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-remaining-{kind}"] = tightest.Remaining.ToString(CultureInfo.InvariantCulture);
        headers[$"x-ratelimit-reset-{kind}"] = Duration(tightest.ResetsIn);
    }

    /// <summary>A duration as OpenAI writes it: <c>20ms</c>, <c>1s</c>, <c>6m0s</c>, <c>1h0m0s</c>; rounded up, so that waiting that long is enough.</summary>
    internal static string Duration(TimeSpan duration)
    {
        if (duration <= TimeSpan.Zero)
        {
            return "0s";
        }

        var milliseconds = (long)Math.Ceiling(duration.TotalMilliseconds);
        if (milliseconds < 1000)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms");
        }

        var (hours, minutes, seconds) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60, milliseconds % 60_000 / 1000m);
        return hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours}h{minutes}m{seconds:0.###}s")
            : minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds:0.###}s")
            : string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###}s");
    }
}
