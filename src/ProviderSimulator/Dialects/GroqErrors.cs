using System.Globalization;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>Groq's error bodies (wire.md 3.3).</summary>
internal static class GroqErrors
{
    public static Reply Make(int status, string message, string type, string? code = null, string? param = null)
    {
        var error = new JsonObject { ["message"] = message, ["type"] = type };
        if (code is not null)
            error["code"] = code;
        if (param is not null)
            error["param"] = param;
        return Reply.Of(status, new JsonObject { ["error"] = error });
    }

    public static Reply BadRequest(Problem problem) => Make(400, problem.Message, "invalid_request_error", param: problem.Param);

    public static Reply ModelGone(string model, bool retired) => retired
        ? Make(
            400,
            $"The model `{model}` has been decommissioned and is no longer supported. Please refer to "
            + "https://console.groq.com/docs/deprecations for a recommendation on which model to use instead.",
            "invalid_request_error",
            "model_decommissioned")
        : Make(404, $"The model `{model}` does not exist or you do not have access to it.", "invalid_request_error", "model_not_found");

    public static Reply QuotaRefused(QuotaRefusal refusal, string model, string account)
    {
        var quota = refusal.Definition;
        var type = quota.Metric == QuotaMetric.Requests ? "requests" : "tokens";
        var where = $"model `{model}` in organization `org_{account}` service tier `on_demand` on {Kind(quota)}: Limit {quota.Amount}";
        if (refusal.TooLarge)
        {
            return Make(
                413,
                $"Request too large for {where}, Requested {refusal.Requested}, please reduce your message size and try again.",
                type,
                "rate_limit_exceeded");
        }

        var wait = GoDuration.Format(refusal.Wait);
        var message = $"Rate limit reached for {where}, Used {refusal.Used}, Requested {refusal.Requested}. Please try again in {wait}.";
        var seconds = Wire.Seconds(refusal.Wait).ToString(CultureInfo.InvariantCulture);
        return Make(429, message, type, "rate_limit_exceeded") with { Headers = [new("retry-after", seconds)] };
    }

    /// <summary>In words and, in brackets, as clients look for it.</summary>
    private static string Kind(SimulatedQuota quota) => (quota.Metric, quota.IsDaily) switch
    {
        (QuotaMetric.Requests, false) => "requests per minute (RPM)",
        (QuotaMetric.Requests, true) => "requests per day (RPD)",
        (_, false) => "tokens per minute (TPM)",
        (_, true) => "tokens per day (TPD)",
    };
}
