using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Providers.Failures;

/// <summary>Reads the rate-limit headers that some providers put on every answer (wire.md 1.5, 3.1).</summary>
/// <param name="requestsWindow">Window of the limit of requests where the provider is known to tell of that one; else null.</param>
/// <param name="tokensWindow">The same for tokens.</param>
internal readonly struct RateLimitHeaders(TimeSpan? requestsWindow, TimeSpan? tokensWindow)
{
    // What no provider grants is no limit but a slip, and would not fit into sums.
    private const long MostBelievable = 1_000_000_000_000;

    /// <summary>What the headers of an answer say about our quota.</summary>
    /// <returns>
    /// Where the limits stand whose windows are known. A limit that is wholly spent closes the quota until a first unit is back: these limits
    /// refill all the time, and the reset that is told is that of the full bucket. Null if they say nothing.
    /// </returns>
    public QuotaEvidence? Read(HttpResponseHeaders headers)
    {
        var requests = LimitHeaders.Read(headers, "requests");
        var tokens = LimitHeaders.Read(headers, "tokens");
        var longest = tokens.ClosedFor > requests.ClosedFor ? tokens : requests;
        var budgets = Budgets(requests, tokens);
        return longest.ClosedFor > TimeSpan.Zero || budgets.Length > 0
            ? new QuotaEvidence(longest.ClosedFor, longest.ClosedFor > TimeSpan.Zero ? $"no {longest.Kind} remaining" : "rate-limit headers") { Budgets = budgets }
            : null;
    }

    /// <summary>A limit or an amount from a provider's words: null unless it is a whole number that can be believed.</summary>
    public static long? Number(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number <= MostBelievable ? number : null;

    /// <summary>What a provider says of one limit, or null if that is nothing of use. A limit below 1 is none; what remains is never negative.</summary>
    public static BudgetEvidence? Budget(BudgetMetric metric, TimeSpan window, long? limit, long? remaining)
    {
        limit = limit >= 1 ? limit : null;
        remaining = remaining is { } left ? Math.Max(0, left) : null;
        return limit is null && remaining is null ? null : new BudgetEvidence(metric, window, limit, remaining);
    }

    private ImmutableArray<BudgetEvidence> Budgets(LimitHeaders requests, LimitHeaders tokens)
    {
        var ofRequests = requestsWindow is { } day ? Budget(BudgetMetric.Requests, day, requests.Limit, requests.Remaining) : null;
        var ofTokens = tokensWindow is { } minute ? Budget(BudgetMetric.Tokens, minute, tokens.Limit, tokens.Remaining) : null;
        return (ofRequests, ofTokens) switch
        {
            ({ } first, { } second) => [first, second],
            ({ } first, null) => [first],
            (null, { } second) => [second],
            _ => [],
        };
    }

    /// <summary>The three headers of one limit.</summary>
    private readonly record struct LimitHeaders(string Kind, long? Limit, long? Remaining, TimeSpan ClosedFor)
    {
        public static LimitHeaders Read(HttpResponseHeaders headers, string kind)
        {
            var limit = Number(RetryHints.First(headers, $"x-ratelimit-limit-{kind}"));
            var remaining = Number(RetryHints.First(headers, $"x-ratelimit-remaining-{kind}"));
            var isSpent = remaining <= 0 && limit >= 1;
            return new(
                kind,
                limit,
                remaining,
                isSpent && GoDuration.TryParse(RetryHints.First(headers, $"x-ratelimit-reset-{kind}"), out var full) ? full / limit!.Value : TimeSpan.Zero);
        }
    }
}
