using System.Globalization;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>Google's error bodies (wire.md 4.5).</summary>
internal static class GeminiErrors
{
    private const string Types = "type.googleapis.com/google.rpc.";

    public static Reply Make(int code, string status, string message, params JsonObject[] details)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message, ["status"] = status };
        if (details.Length > 0)
            error["details"] = new JsonArray([.. details]);
        return Reply.Of(code, new JsonObject { ["error"] = error });
    }

    /// <summary>A bad key is a 400 here, not a 401 (wire.md 4.5).</summary>
    public static Reply KeyInvalid() => Make(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", new JsonObject
    {
        ["@type"] = Types + "ErrorInfo",
        ["reason"] = "API_KEY_INVALID",
        ["domain"] = "googleapis.com",
        ["metadata"] = new JsonObject { ["service"] = "generativelanguage.googleapis.com" },
    });

    public static Reply BadRequest(Problem problem)
    {
        if (problem.UnknownNames is not { } names)
            return Make(400, "INVALID_ARGUMENT", problem.Message);
        var lines = names.Select(name => $"Invalid JSON payload received. Unknown name {name}: Cannot find field.").ToArray();
        return Make(400, "INVALID_ARGUMENT", string.Join('\n', lines), new JsonObject
        {
            ["@type"] = Types + "BadRequest",
            ["fieldViolations"] = new JsonArray([.. lines.Select(line => new JsonObject { ["description"] = line })]),
        });
    }

    public static Reply ModelGone(string model, string method) => Make(
        404,
        "NOT_FOUND",
        $"models/{model} is not found for API version v1beta, or is not supported for {method}. "
        + "Call ListModels to see the list of available models and their supported methods.");

    public static Reply QuotaRefused(SimulatedQuota quota, string model, TimeSpan wait)
    {
        var metric = "generativelanguage.googleapis.com/"
            + (quota.Metric == QuotaMetric.Requests ? "generate_content_free_tier_requests" : "generate_content_free_tier_input_token_count");
        var delay = string.Create(CultureInfo.InvariantCulture, $"{Wire.Milliseconds(wait) / 1000m:0.###}");
        var message = "You exceeded your current quota, please check your plan and billing details.\n"
            + $"* Quota exceeded for metric: {metric}, limit: {quota.Amount}, model: {model}\nPlease retry in {delay}s.";
        var help = new JsonObject
        {
            ["@type"] = Types + "Help",
            ["links"] = new JsonArray(new JsonObject
            {
                ["description"] = "Learn more about Gemini API quotas",
                ["url"] = "https://ai.google.dev/gemini-api/docs/rate-limits",
            }),
        };
        var violations = new JsonArray(Violation(quota, metric, model));
        var failure = new JsonObject { ["@type"] = Types + "QuotaFailure", ["violations"] = violations };
        var retry = new JsonObject { ["@type"] = Types + "RetryInfo", ["retryDelay"] = delay + "s" };
        return Make(429, "RESOURCE_EXHAUSTED", message, help, failure, retry);
    }

    private static JsonObject Violation(SimulatedQuota quota, string metric, string model) => new()
    {
        ["quotaMetric"] = metric,
        ["quotaId"] = (quota.Metric, quota.IsDaily) switch
        {
            (QuotaMetric.Requests, false) => "GenerateRequestsPerMinutePerProjectPerModel-FreeTier",
            (QuotaMetric.Requests, true) => "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
            (_, false) => "GenerateContentInputTokensPerModelPerMinute-FreeTier",
            (_, true) => "GenerateContentInputTokensPerModelPerDay-FreeTier",
        },
        ["quotaDimensions"] = new JsonObject { ["location"] = "global", ["model"] = model },
        ["quotaValue"] = quota.Amount.ToString(CultureInfo.InvariantCulture),
    };
}
