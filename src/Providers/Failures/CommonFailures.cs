namespace ThotNet.Providers.Failures;

/// <summary>What codes, words and statuses mean at every provider (wire.md 1.4, 2.3, 3.3, 4.5).</summary>
internal static class CommonFailures
{
    private static readonly string[] ContextWords =
    [
        "context length", "context window", "maximum context", "context_length", "exceeds the maximum number of tokens",
        "reduce the length", "prompt is too long",
    ];

    private static readonly string[] QuotaCodes =
    [
        "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached", "organization_usage_limit_exceeded",
    ];

    /// <summary>Judges what the dialect had nothing to say about.</summary>
    public static Verdict Judge(FailureFacts facts) => ByCode(facts) ?? ByStatus(facts);

    /// <summary>The provider said that the prompt does not fit into the model's context.</summary>
    public static bool IsContextLength(FailureFacts facts) =>
        facts.Is("context_length_exceeded")
        || (facts.Status is 0 or 400 or 413 or 422 or 500 && ContextWords.Any(facts.Says));

    /// <summary>The code says that the account is out of quota, whatever the status (wire.md 1.4).</summary>
    public static bool IsQuotaCode(FailureFacts facts) =>
        QuotaCodes.Any(facts.Is) || facts.Code?.EndsWith("_spend_limit_exceeded", StringComparison.Ordinal) == true;

    private static Verdict? ByCode(FailureFacts facts)
    {
        if (IsContextLength(facts))
            return new Verdict(FailureClass.TooLarge);
        if (facts.Is("content_policy_violation") || facts.Is("content_filter") || facts.Is("content_moderation"))
            return new Verdict(FailureClass.ContentPolicy);
        if (facts.Is("model_not_found") || facts.Is("model_decommissioned") || facts.Is("model_deprecated"))
            return new Verdict(FailureClass.ModelGone);
        if (facts.Is("invalid_api_key"))
            return new Verdict(FailureClass.KeyRefused);
        return IsQuotaCode(facts)
            ? Verdict.QuotaGone(facts.RetryAfter ?? Verdict.CreditsRecheck, "account out of quota")
            : null;
    }

    private static Verdict ByStatus(FailureFacts facts) => facts.Status switch
    {
        400 or 422 or 424 => new Verdict(FailureClass.CallerMistake),
        401 or 403 => new Verdict(FailureClass.KeyRefused),
        402 => Verdict.QuotaGone(Verdict.CreditsRecheck, "account out of credits"),

        // Without an error object it is the answer of something in front of the provider, or of a wrong base address.
        404 or 410 when facts.IsReadable => new Verdict(FailureClass.ModelGone),
        413 => new Verdict(FailureClass.TooLarge),
        429 => Verdict.Throttled(facts.RetryAfter ?? RetryHints.FromWords(facts.Message), "rate limited"),
        0 when facts.Is("rate_limit_exceeded") => Verdict.Throttled(RetryHints.FromWords(facts.Message), "rate limited"),
        0 when facts.Is("invalid_request_error") => new Verdict(FailureClass.CallerMistake),
        _ => new Verdict(FailureClass.Transient, facts.RetryAfter),
    };
}
