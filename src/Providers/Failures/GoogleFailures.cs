using System.Text.Json;
using System.Text.RegularExpressions;

namespace ThotNet.Providers.Failures;

/// <summary>Google's own signs, which its OpenAI-compatible endpoint uses too (wire.md 4.5).</summary>
internal static partial class GoogleFailures
{
    /// <summary>Judges a failure; null to go by code and status alone.</summary>
    public static Verdict? Judge(FailureFacts facts)
    {
        if (DetailTexts(facts, "reason").Any(IsKeyReason) || (facts.Status == 400 && facts.Says("API key not valid")))
            return new Verdict(FailureClass.KeyRefused);
        return facts.GoogleStatus switch
        {
            "FAILED_PRECONDITION" when facts.Status == 400 => new Verdict(FailureClass.KeyRefused),
            "UNAUTHENTICATED" or "PERMISSION_DENIED" => new Verdict(FailureClass.KeyRefused),
            "NOT_FOUND" => new Verdict(FailureClass.ModelGone),
            "RESOURCE_EXHAUSTED" => JudgeQuota(facts),
            _ => null,
        };
    }

    private static bool IsKeyReason(string reason) => reason is "API_KEY_INVALID" or "API_KEY_EXPIRED" or "SERVICE_DISABLED";

    // A day's violation decides, whatever the retry delay says; a limit of zero is no limit to wait for.
    private static Verdict JudgeQuota(FailureFacts facts)
    {
        if (ZeroLimit().IsMatch(facts.Message))
            return new Verdict(FailureClass.ModelGone);
        var quotas = QuotaIds(facts).ToList();
        var daily = quotas.FirstOrDefault(id => id.Contains("PerDay", StringComparison.OrdinalIgnoreCase));
        if (daily is not null)
            return Verdict.QuotaGone(Midnight.UntilPacific(facts.Now), daily);
        var wait = RetryDelay(facts) ?? facts.RetryAfter ?? RetryHints.FromWords(facts.Message);
        return Verdict.Throttled(wait, quotas.FirstOrDefault() ?? "rate limited");
    }

    private static TimeSpan? RetryDelay(FailureFacts facts)
    {
        foreach (var delay in DetailTexts(facts, "retryDelay"))
        {
            if (GoDuration.TryParse(delay, out var wait))
                return RetryHints.Clamp(wait.TotalSeconds);
        }

        return null;
    }

    private static IEnumerable<string> DetailTexts(FailureFacts facts, string name) =>
        facts.Details.Select(detail => FailureFacts.Text(detail, name)).OfType<string>();

    private static IEnumerable<string> QuotaIds(FailureFacts facts) =>
        facts.Details
            .Select(detail => FailureFacts.Child(detail, "violations"))
            .Where(list => list.ValueKind == JsonValueKind.Array)
            .SelectMany(list => list.EnumerateArray())
            .Select(violation => FailureFacts.Text(violation, "quotaId"))
            .OfType<string>();

    [GeneratedRegex(@"\blimit: 0(?!\d|\.\d)", RegexOptions.IgnoreCase)]
    private static partial Regex ZeroLimit();
}
