using System.Text.RegularExpressions;

namespace ThotNet.Providers.Failures;

/// <summary>Groq's own signs (wire.md 3.3).</summary>
internal static partial class GroqFailures
{
    // Groq's day limits refill all the time, so one may be over in seconds; only a longer wait means that the day is spent.
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    /// <summary>Judges a failure; null to go by code and status alone.</summary>
    public static Verdict? Judge(FailureFacts facts) => facts.Status switch
    {
        _ when facts.Is("json_validate_failed") || facts.Is("tool_use_failed") || facts.Is("output_parse_failed") =>
            new Verdict(FailureClass.ModelFailure),
        422 => new Verdict(FailureClass.ModelFailure),
        403 when facts.Says("model") => new Verdict(FailureClass.ModelGone),
        400 when facts.Is("model_terms_required") => new Verdict(FailureClass.ModelGone),
        498 => new Verdict(FailureClass.ThrottledUpstream, facts.RetryAfter),
        _ when facts.Is("capacity_exceeded") => new Verdict(FailureClass.ThrottledUpstream, facts.RetryAfter),
        413 => new Verdict(FailureClass.TooLarge),
        429 when !CommonFailures.IsQuotaCode(facts) => JudgeThrottle(facts),
        _ => null,
    };

    // Which limit it was stands only in the message, in brackets.
    private static Verdict JudgeThrottle(FailureFacts facts)
    {
        var limit = Limit().Match(facts.Message) is { Success: true } match ? match.Groups[1].Value : "rate limited";
        var wait = facts.RetryAfter ?? RetryHints.FromWords(facts.Message);
        return limit.EndsWith('D') && wait >= LongWait
            ? Verdict.QuotaGone(wait.Value, limit)
            : Verdict.Throttled(wait, limit);
    }

    [GeneratedRegex(@"\(([A-Z]{2,4}[SMHD])\)")]
    private static partial Regex Limit();
}
