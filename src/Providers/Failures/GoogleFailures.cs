using System.Text.Json;
using System.Text.RegularExpressions;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Providers.Failures;

/// <summary>Google's own signs, in its own format and at its OpenAI-compatible endpoint (wire.md 4.5).</summary>
internal static partial class GoogleFailures
{
    // A quota that is closed for so long is a day's, even if no violation says so.
    private static readonly TimeSpan LongWait = TimeSpan.FromHours(1);

    /// <summary>Judges a failure; null to go by code and status alone.</summary>
    public static Verdict? Judge(FailureFacts facts)
    {
        if (DetailTexts(facts, "reason").Any(IsKeyReason) || IsKeyMessage(facts))
            return new Verdict(FailureClass.KeyRefused);
        return facts.GoogleStatus switch
        {
            // A file that a caller names is never ours: without this any caller could have a key or a model put out of service.
            "FAILED_PRECONDITION" or "PERMISSION_DENIED" or "NOT_FOUND" when CallersFile().IsMatch(facts.Message) =>
                new Verdict(FailureClass.CallerMistake),
            "INVALID_ARGUMENT" => JudgeArgument(facts),
            "FAILED_PRECONDITION" or "UNAUTHENTICATED" or "PERMISSION_DENIED" => new Verdict(FailureClass.KeyRefused),
            "NOT_FOUND" => new Verdict(facts.Says("model") ? FailureClass.ModelGone : FailureClass.ModelFailure),
            "RESOURCE_EXHAUSTED" => JudgeQuota(facts),
            _ => null,
        };
    }

    // Only at the beginning: further on a message may repeat what a caller wrote.
    private static bool IsKeyMessage(FailureFacts facts) =>
        facts.Status == 400 && facts.Message.StartsWith("API key not valid", StringComparison.OrdinalIgnoreCase);

    private static bool IsKeyReason(string reason) =>
        reason.StartsWith("API_KEY_", StringComparison.Ordinal) || reason == "SERVICE_DISABLED";

    // A missing signature is the fault of our translation, or of a target that answered before: another one may take the request.
    private static Verdict? JudgeArgument(FailureFacts facts)
    {
        if (CommonFailures.IsContextLength(facts))
            return null;
        var isSignature = facts.Says("thought_signature") || facts.Says("thought signature");
        return new Verdict(isSignature ? FailureClass.ModelFailure : FailureClass.CallerMistake);
    }

    // A day's violation decides, whatever the retry delay says; a limit of zero is no limit to wait for.
    private static Verdict JudgeQuota(FailureFacts facts)
    {
        if (ZeroLimit().IsMatch(facts.Message) || Violations(facts, "quotaValue").Contains("0"))
            return new Verdict(FailureClass.ModelGone);
        var quotas = Violations(facts, "quotaId").ToList();
        var daily = quotas.FirstOrDefault(id => id.Contains("PerDay", StringComparison.OrdinalIgnoreCase));
        if (daily is not null)
            return Verdict.QuotaGone(Midnight.UntilPacific(facts.Now), daily).With(Budgets(facts));
        var wait = RetryDelay(facts) ?? facts.RetryAfter ?? RetryHints.FromWords(facts.Message);
        var reason = quotas.FirstOrDefault() ?? "rate limited";
        return (wait >= LongWait ? Verdict.QuotaGone(wait.Value, reason) : Verdict.Throttled(wait, reason)).With(Budgets(facts));
    }

    // Each violation is a limit of which nothing is left.
    private static IEnumerable<BudgetEvidence?> Budgets(FailureFacts facts) => Violations(facts).Select(violation =>
        FailureFacts.Text(violation, "quotaId") is { } id && MetricOf(id) is { } metric && WindowOf(id) is { } window
            ? RateLimitHeaders.Budget(metric, window, RateLimitHeaders.Number(FailureFacts.Text(violation, "quotaValue")), 0)
            : null);

    private static BudgetMetric? MetricOf(string quotaId) => quotaId switch
    {
        _ when quotaId.Contains("InputTokens", StringComparison.OrdinalIgnoreCase) => BudgetMetric.InputTokens,
        _ when quotaId.Contains("OutputTokens", StringComparison.OrdinalIgnoreCase) => BudgetMetric.OutputTokens,
        _ when quotaId.Contains("Requests", StringComparison.OrdinalIgnoreCase) => BudgetMetric.Requests,
        _ => null,
    };

    private static TimeSpan? WindowOf(string quotaId) => quotaId switch
    {
        _ when quotaId.Contains("PerDay", StringComparison.OrdinalIgnoreCase) => TimeSpan.FromDays(1),
        _ when quotaId.Contains("PerMinute", StringComparison.OrdinalIgnoreCase) => TimeSpan.FromMinutes(1),
        _ => null,
    };

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

    private static IEnumerable<string> Violations(FailureFacts facts, string name) =>
        Violations(facts).Select(violation => FailureFacts.Text(violation, name)).OfType<string>();

    private static IEnumerable<JsonElement> Violations(FailureFacts facts) =>
        facts.Details
            .Select(detail => FailureFacts.Child(detail, "violations"))
            .Where(list => list.ValueKind == JsonValueKind.Array)
            .SelectMany(list => list.EnumerateArray());

    [GeneratedRegex(@"\b[Tt]he File\b|\bCachedContent\b")]
    private static partial Regex CallersFile();

    [GeneratedRegex(@"\blimit: 0(?!\d|\.\d)", RegexOptions.IgnoreCase)]
    private static partial Regex ZeroLimit();
}
