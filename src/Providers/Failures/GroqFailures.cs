using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Providers.Failures;

/// <summary>Groq's own signs (wire.md 3.3).</summary>
internal static partial class GroqFailures
{
    // Groq's day limits refill all the time, so one may be over in seconds; only a longer wait means that the day is spent.
    private static readonly TimeSpan LongWait = TimeSpan.FromMinutes(1);

    /// <summary>The headers tell of the requests of a day and of the tokens of a minute (wire.md 3.1).</summary>
    public static RateLimitHeaders LimitHeaders { get; } = new(TimeSpan.FromDays(1), TimeSpan.FromMinutes(1));

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
        var limit = Limit().Match(facts.Message);
        var kind = limit.Success ? limit.Groups["kind"].Value : "rate limited";
        var wait = facts.RetryAfter ?? RetryHints.FromWords(facts.Message);
        var verdict = kind.EndsWith('D') && wait >= LongWait
            ? Verdict.QuotaGone(wait.Value, kind)
            : Verdict.Throttled(wait, kind);
        return verdict.With(Budgets(facts, limit));
    }

    // The message names the limit that refused, the headers two others; where both speak of one the message is about this very request.
    private static IEnumerable<BudgetEvidence> Budgets(FailureFacts facts, Match limit)
    {
        var named = limit.Success ? Named(limit) : null;
        ImmutableArray<BudgetEvidence> told = facts.Headers is { } headers && LimitHeaders.Read(headers) is { } evidence ? evidence.Budgets : [];
        var others = told.Where(budget => (budget.Metric, budget.Window) != (named?.Metric, named?.Window));
        return named is null ? others : others.Prepend(named);
    }

    private static BudgetEvidence? Named(Match match)
    {
        var limit = RateLimitHeaders.Number(match.Groups["limit"].Value);
        var used = RateLimitHeaders.Number(match.Groups["used"].Value);
        return MetricOf(match.Groups["kind"].Value) is { } metric && WindowOf(match.Groups["kind"].Value) is { } window
            ? RateLimitHeaders.Budget(metric, window, limit, limit - used)
            : null;
    }

    private static BudgetMetric? MetricOf(string kind) => kind[..^2] switch
    {
        "R" => BudgetMetric.Requests,
        "T" => BudgetMetric.Tokens,
        "IT" => BudgetMetric.InputTokens,
        "OT" => BudgetMetric.OutputTokens,
        _ => null,
    };

    private static TimeSpan? WindowOf(string kind) => kind[^1] switch
    {
        'S' => TimeSpan.FromSeconds(1),
        'M' => TimeSpan.FromMinutes(1),
        'H' => TimeSpan.FromHours(1),
        'D' => TimeSpan.FromDays(1),
        _ => null,
    };

    [GeneratedRegex(@"\((?<kind>[A-Z]{1,3}P[SMHD])\)(?:: Limit (?<limit>\d+), Used (?<used>\d+))?")]
    private static partial Regex Limit();
}
