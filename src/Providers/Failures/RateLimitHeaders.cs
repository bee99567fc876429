using System.Globalization;
using System.Net.Http.Headers;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Providers.Failures;

/// <summary>Reads the rate-limit headers that some providers put on every answer (wire.md 1.5, 3.1).</summary>
internal static class RateLimitHeaders
{
    private static readonly string[] Kinds = ["requests", "tokens"];

    /// <summary>What the headers of an answer say about our quota.</summary>
    /// <returns>
    /// Null unless a limit is wholly spent. The quota then stays closed until a first unit is back: these limits refill all the time, and the
    /// reset that is told is that of the full bucket.
    /// </returns>
    public static QuotaEvidence? Read(HttpResponseHeaders headers)
    {
        QuotaEvidence? longest = null;
        foreach (var kind in Kinds)
        {
            if (ReadOne(headers, kind) is { } evidence && (longest is null || evidence.ClosedFor > longest.ClosedFor))
                longest = evidence;
        }

        return longest;
    }

    private static QuotaEvidence? ReadOne(HttpResponseHeaders headers, string kind)
    {
        if (Number(headers, $"x-ratelimit-remaining-{kind}") is not <= 0
            || Number(headers, $"x-ratelimit-limit-{kind}") is not { } limit || limit < 1
            || !GoDuration.TryParse(RetryHints.First(headers, $"x-ratelimit-reset-{kind}"), out var full)
            || full <= TimeSpan.Zero)
        {
            return null;
        }

        return new QuotaEvidence(full / limit, $"no {kind} remaining");
    }

    private static long? Number(HttpResponseHeaders headers, string name) =>
        long.TryParse(RetryHints.First(headers, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
