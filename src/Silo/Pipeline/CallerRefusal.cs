using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Pipeline;

/// <summary>What a caller is told whose own limits refuse a request. It speaks of these limits alone, never of a provider's.</summary>
internal static class CallerRefusal
{
    /// <summary>The error for the caller (wire.md 1.4 and 1.6).</summary>
    /// <param name="outcome">The refusal.</param>
    /// <param name="amounts">What the request needs.</param>
    /// <param name="limits">The caller's limits.</param>
    /// <param name="standing">Where they stand, if that is known.</param>
    /// <param name="now">The time.</param>
    public static ApiError ToError(
        ReserveOutcome outcome, QuotaAmounts amounts, QuotaDefinition limits, QuotaSnapshot? standing, DateTimeOffset now) => outcome.Refusal switch
        {
            LeaseRefusal.TooLarge => TooLarge(limits.Budgets.FirstOrDefault(budget => amounts.Of(budget.Metric) > budget.Amount), amounts),
            LeaseRefusal.Exhausted or LeaseRefusal.Closed => Exhausted(outcome, BindingOf(amounts, limits, standing), now),
            _ => ApiError.Unavailable("The limits of your API key cannot be checked at the moment; nothing was sent.", outcome.RetryAfter) with
            {
                Spanish = "Los límites de su clave de API no se pueden comprobar en este momento; no se envió nada.",
            },
        };

    // The one that lacks room for longest; without a standing it is only known if there is no other.
    private static BudgetDefinition? BindingOf(QuotaAmounts amounts, QuotaDefinition limits, QuotaSnapshot? standing) =>
        limits.Budgets is [var only]
            ? only
            : standing?.Budgets.Where(budget => budget.Remaining < amounts.Of(budget.Definition.Metric)).MaxBy(budget => budget.ResetsIn)?.Definition;

    private static ApiError Exhausted(ReserveOutcome outcome, BudgetDefinition? limit, DateTimeOffset now)
    {
        var wait = outcome.RetryAfter;
        var (what, spanish) = limit is null ? ("", "") : ($": {LimitText.English.Of(limit)}", $": {LimitText.Spanish.Of(limit)}");
        if (outcome.DayExhausted || wait > Refusals.Hopeless)
        {
            return new(
                429, $"You have spent the limit of your API key{what}. It has room again at {now + wait:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
                "insufficient_quota", "insufficient_quota", null, wait)
            {
                Spanish = $"Ha agotado el límite de su clave de API{spanish}. Volverá a haber margen el {now + wait:yyyy-MM-dd'T'HH:mm:ss'Z'}.",
                ShouldRetry = false,
                ResetsAt = now + wait,
            };
        }

        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        return new(429, $"Rate limit reached for your API key{what}. Try again in {seconds} s.", TypeOf(limit), "rate_limit_exceeded", null, wait)
        {
            Spanish = $"Ha llegado al límite de su clave de API{spanish}. Inténtelo de nuevo en {seconds} s.",
        };
    }

    private static ApiError TooLarge(BudgetDefinition? limit, QuotaAmounts amounts) => new(
        413,
        limit is null
            ? "The request is larger than a limit of your API key."
            : $"The request may need {LimitText.English.Amount(limit.Metric, amounts.Of(limit.Metric))}; the limit of your API key is {LimitText.English.Of(limit)}.",
        "invalid_request_error",
        "request_too_large")
    {
        Spanish = limit is null
            ? "La solicitud es mayor que un límite de su clave de API."
            : $"La solicitud puede necesitar {LimitText.Spanish.Amount(limit.Metric, amounts.Of(limit.Metric))}; "
                + $"el límite de su clave de API es de {LimitText.Spanish.Of(limit)}.",
    };

    private static string TypeOf(BudgetDefinition? limit) => limit?.Metric switch
    {
        BudgetMetric.Requests or BudgetMetric.ConcurrentRequests => "requests",
        BudgetMetric.Tokens or BudgetMetric.InputTokens or BudgetMetric.OutputTokens => "tokens",
        _ => "rate_limit_error",
    };
}
