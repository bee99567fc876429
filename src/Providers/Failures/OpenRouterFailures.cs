using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Providers.Failures;

/// <summary>OpenRouter's own signs (wire.md 2.3).</summary>
internal static class OpenRouterFailures
{
    /// <summary>Judges a failure; null to go by code and status alone.</summary>
    public static Verdict? Judge(FailureFacts facts) => facts.Status switch
    {
        _ when CommonFailures.IsContextLength(facts) => null,
        400 when facts.Says("not a valid model") => new Verdict(FailureClass.ModelGone),
        401 or 403 when IsModeration(facts) => new Verdict(FailureClass.ContentPolicy),
        403 when facts.Says("region") || facts.Says("country") => new Verdict(FailureClass.ModelGone),

        // The key that was refused is OpenRouter's own at the provider behind it.
        401 or 403 when IsUpstream(facts) => new Verdict(FailureClass.Transient),
        404 => JudgeMissing(facts),
        429 => JudgeThrottle(facts),
        503 => new Verdict(FailureClass.Transient, WaitOf(facts)),
        _ => null,
    };

    private static bool IsUpstream(FailureFacts facts) =>
        FailureFacts.Text(facts.Metadata, "provider_name") is not null
        || facts.Message.StartsWith("Provider returned error", StringComparison.Ordinal);

    private static bool IsModeration(FailureFacts facts) =>
        Has(facts.Metadata, "reasons") || Has(facts.Metadata, "flagged_input")
        || facts.Is("content_policy_violation") || facts.Says("moderation") || facts.Says("flagged") || facts.Says("guardrail");

    // A caller's own constraints can leave no endpoint over: that must not put the target out of service for everybody.
    private static Verdict JudgeMissing(FailureFacts facts) => FailureFacts.Text(facts.Availability, "code") switch
    {
        "no_endpoints" or "model_deprecated" or "free_variant_ended" or "privacy_restricted" => new Verdict(FailureClass.ModelGone),
        "model_unavailable_upstream" => new Verdict(FailureClass.Transient, WaitOf(facts)),
        "constraint_filtered" => new Verdict(FailureClass.ModelFailure),
        _ when facts.Says("that support") || facts.Says("allowed providers") || facts.Says("requested parameters") =>
            new Verdict(FailureClass.ModelFailure),
        _ when facts.IsReadable => new Verdict(FailureClass.ModelGone),
        _ => new Verdict(FailureClass.Transient),
    };

    private static Verdict? JudgeThrottle(FailureFacts facts)
    {
        var reset = RetryHints.FromEpoch(PlatformHeader(facts, "X-RateLimit-Reset"), facts.Now);
        var isPlatform = reset is not null || facts.Says("free-models-per")
            || facts.Message.StartsWith("Rate limit exceeded", StringComparison.Ordinal);
        if (isPlatform)
            return JudgePlatform(facts, reset);
        return IsUpstream(facts) || FailureFacts.Text(facts.Availability, "code") == "capacity_exhausted"
            ? new Verdict(FailureClass.ThrottledUpstream, WaitOf(facts))
            : null;
    }

    private static Verdict JudgePlatform(FailureFacts facts, TimeSpan? reset)
    {
        var window = facts.Says("per-day") ? TimeSpan.FromDays(1) : facts.Says("per-min") ? TimeSpan.FromMinutes(1) : (TimeSpan?)null;
        var verdict = facts.Says("per-day")
            ? Verdict.QuotaGone(reset ?? Midnight.UntilUtc(facts.Now), "free-models-per-day")
            : Verdict.Throttled(reset ?? facts.RetryAfter ?? TimeSpan.FromMinutes(1), window is null ? "rate limited" : "free-models-per-min");
        return verdict.With(window is { } length ? BudgetOf(facts, length) : null);
    }

    private static BudgetEvidence? BudgetOf(FailureFacts facts, TimeSpan window) => RateLimitHeaders.Budget(
        facts.Says("tokens-per") ? BudgetMetric.Tokens : BudgetMetric.Requests,
        window,
        RateLimitHeaders.Number(PlatformHeader(facts, "X-RateLimit-Limit")),
        RateLimitHeaders.Number(PlatformHeader(facts, "X-RateLimit-Remaining")));

    // The body repeats the headers, and survives where a proxy has dropped them.
    private static string? PlatformHeader(FailureFacts facts, string name) =>
        RetryHints.First(facts.Headers, name) ?? FailureFacts.Text(FailureFacts.Child(facts.Metadata, "headers"), name);

    private static TimeSpan? WaitOf(FailureFacts facts) =>
        facts.RetryAfter
        ?? (FailureFacts.Child(facts.Availability, "retry_after") is { ValueKind: JsonValueKind.Number } wait
            ? RetryHints.Clamp(wait.GetDouble())
            : null);

    private static bool Has(JsonElement element, string name) => FailureFacts.Child(element, name).ValueKind != JsonValueKind.Undefined;
}
