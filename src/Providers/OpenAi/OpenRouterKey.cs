using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Unicode;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>What OpenRouter tells of a key when it is asked: <c>GET /key</c> (wire.md 2.4). Its answers tell nothing of limits, so this is all there is.</summary>
public static class OpenRouterKey
{
    private const decimal MicroDollars = 1_000_000;
    private const decimal MostDollars = 1_000_000;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>The question.</summary>
    /// <param name="endpoint">Where and with which key.</param>
    public static HttpRequestMessage CreateRequest(ProviderEndpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(endpoint.BaseUrl.AbsoluteUri.TrimEnd('/') + "/key"));
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", endpoint.ApiKey);
        return message;
    }

    /// <summary>What the answer says about our quota: the day's requests to free models, and the key's credits.</summary>
    /// <param name="body">The whole body of a 200.</param>
    /// <param name="now">The current time, from which resets are reckoned.</param>
    /// <returns>
    /// Null if it could not be read. A key that has a limit of credits and none left closes the quota until the limit is reset, at most for
    /// <see cref="RetryHints.Longest"/>.
    /// </returns>
    public static QuotaEvidence? ReadEvidence(ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        if (!Utf8.IsValid(body))
            return null;
        try
        {
            JsonBytes.CheckEscapes(body);
            var reader = new Utf8JsonReader(body);
            var data = FailureFacts.Child(JsonElement.ParseValue(ref reader), "data");
            return data.ValueKind == JsonValueKind.Object ? Read(data, now) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static QuotaEvidence Read(JsonElement data, DateTimeOffset now)
    {
        var reset = FailureFacts.Text(data, "limit_reset");
        var left = Dollars(data, "limit_remaining");
        var isSpent = left <= 0;
        return new QuotaEvidence(isSpent ? UntilReset(reset, now) : TimeSpan.Zero, isSpent ? "no credits remaining" : "state of the key")
        {
            Budgets = [.. new[] { DailyRequests(data), isSpent ? null : Credits(data, reset, left) }.OfType<BudgetEvidence>()],
        };
    }

    private static BudgetEvidence? DailyRequests(JsonElement data)
    {
        var free = FailureFacts.Child(data, "free_model_daily_requests");
        return RateLimitHeaders.Budget(BudgetMetric.Requests, Day, Whole(free, "limit"), Whole(free, "remaining"));
    }

    private static BudgetEvidence? Credits(JsonElement data, string? reset, decimal? left) =>
        RateLimitHeaders.Budget(BudgetMetric.Cost, WindowOf(reset), Micro(Dollars(data, "limit")), Micro(left));

    private static long? Whole(JsonElement element, string name) => RateLimitHeaders.Number(FailureFacts.Text(element, name));

    // No limit is null, and so is what nobody could mean.
    private static decimal? Dollars(JsonElement data, string name) =>
        FailureFacts.Child(data, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDecimal(out var dollars) && dollars <= MostDollars
            ? Math.Max(dollars, -MostDollars)
            : null;

    private static long? Micro(decimal? dollars) => dollars is { } amount ? (long)Math.Floor(amount * MicroDollars) : null;

    // A limit that is never reset, or only each month, is one of no budget that can be configured.
    private static TimeSpan WindowOf(string? reset) => reset switch
    {
        "daily" => Day,
        "weekly" => 7 * Day,
        _ => 31 * Day,
    };

    private static TimeSpan UntilReset(string? reset, DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return reset switch
        {
            "daily" => Wait(today.AddDays(1)),
            "weekly" => Wait(today.AddDays(7 - (((int)today.DayOfWeek + 6) % 7))),
            "monthly" => Wait(today.AddDays(1 - today.Day).AddMonths(1)),
            _ => Verdict.CreditsRecheck,
        };

        TimeSpan Wait(DateTimeOffset until) => RetryHints.Clamp((until - now).TotalSeconds);
    }
}
