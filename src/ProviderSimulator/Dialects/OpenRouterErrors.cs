using System.Globalization;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>OpenRouter's error bodies: the code is a number (wire.md 2.3).</summary>
internal static class OpenRouterErrors
{
    public static Reply Make(int status, string message, JsonObject? metadata = null) => Reply.Of(status, Body(status, message, metadata));

    public static Reply ModelGone(string model, bool retired)
    {
        if (!retired)
            return Reply.Of(400, WithUser(Body(400, $"{model} is not a valid model ID", null)));
        var body = Body(404, $"No endpoints found for {model}.", null);
        body["error"]!["availability"] = new JsonObject
        {
            ["code"] = model.EndsWith(":free", StringComparison.Ordinal) ? "free_variant_ended" : "no_endpoints",
            ["retryable"] = false,
            ["retry_after"] = null,
            ["requested_models"] = new JsonArray(model),
            ["fallback_models"] = new JsonArray("openrouter/free"),
            ["docs_url"] = "https://openrouter.ai/docs/api-reference/errors",
        };
        return Reply.Of(404, WithUser(body));
    }

    /// <summary>A platform 429: the body repeats the headers, and the reset is a time in epoch milliseconds.</summary>
    public static Reply QuotaRefused(QuotaRefusal refusal, string account, DateTimeOffset now)
    {
        var reset = (now + refusal.Wait).AddTicks(TimeSpan.TicksPerMillisecond - 1).ToUnixTimeMilliseconds();
        KeyValuePair<string, string>[] headers =
        [
            new("X-RateLimit-Limit", refusal.Definition.Amount.ToString(CultureInfo.InvariantCulture)),
            new("X-RateLimit-Remaining", "0"),
            new("X-RateLimit-Reset", reset.ToString(CultureInfo.InvariantCulture)),
        ];
        var metadata = new JsonObject
        {
            ["headers"] = new JsonObject(headers.Select(header => KeyValuePair.Create(header.Key, (JsonNode?)header.Value))),
            ["provider_name"] = null,
        };
        return Reply.Of(429, WithUser(Body(429, Message(refusal.Definition), metadata), account)) with { Headers = headers };
    }

    private static string Message(SimulatedQuota quota) => (quota.Metric, quota.IsDaily) switch
    {
        (QuotaMetric.Requests, false) => "Rate limit exceeded: free-models-per-min. ",
        (QuotaMetric.Requests, true) =>
            "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
        (_, false) => "Rate limit exceeded: free-model-tokens-per-min. ",
        (_, true) => "Rate limit exceeded: free-model-tokens-per-day. ",
    };

    private static JsonObject Body(int status, string message, JsonObject? metadata)
    {
        var error = new JsonObject { ["message"] = message, ["code"] = status };
        if (metadata is not null)
            error["metadata"] = metadata;
        return new JsonObject { ["error"] = error };
    }

    private static JsonObject WithUser(JsonObject body, string account = "simulated")
    {
        body["user_id"] = $"user_{account}";
        return body;
    }
}
