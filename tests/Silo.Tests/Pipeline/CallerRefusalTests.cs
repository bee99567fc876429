using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Tests.Pipeline;

public sealed class CallerRefusalTests
{
    private static readonly DateTimeOffset Now = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly BudgetDefinition Requests = new(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling);
    private static readonly BudgetDefinition Tokens = new(BudgetMetric.Tokens, 5000, TimeSpan.FromMinutes(1), BudgetKind.Rolling);
    private static readonly BudgetDefinition Day = new(BudgetMetric.Requests, 1000, TimeSpan.FromDays(1), BudgetKind.Calendar);
    private static readonly QuotaDefinition Limits = CallerLimits.Define("key/alice", [Requests, Tokens, Day]);
    private static readonly QuotaAmounts Amounts = QuotaAmounts.OfRequest(100, 200);

    [Fact]
    public void Exhausted_SeveralLack_NamesTheOneThatLacksLongest()
    {
        var error = Refuse(
            new(null, LeaseRefusal.Exhausted, TimeSpan.FromSeconds(2.1), false),
            Standing((Requests, 0, 1), (Tokens, 299, 3), (Day, 900, 5000)));

        Assert.Equal((429, "tokens", "rate_limit_exceeded", true), (error.Status, error.Type, error.Code, error.ShouldRetry));
        Assert.Equal("Rate limit reached for your API key: 5000 tokens per minute. Try again in 3 s.", error.Message);
        Assert.Equal("Ha llegado al límite de su clave de API: 5000 tokens por minuto. Inténtelo de nuevo en 3 s.", error.Spanish);
        Assert.Equal(3, error.RetryAfterSeconds);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Exhausted_StandingUnknownOrRoomEverywhere_NamesNone(bool known)
    {
        var error = Refuse(
            new(null, LeaseRefusal.Exhausted, TimeSpan.FromSeconds(1), false), known ? Standing((Requests, 1, 1), (Tokens, 300, 1), (Day, 1, 1)) : null);

        Assert.Equal((429, "rate_limit_error", "rate_limit_exceeded"), (error.Status, error.Type, error.Code));
        Assert.Equal("Rate limit reached for your API key. Try again in 1 s.", error.Message);
        Assert.Equal("Ha llegado al límite de su clave de API. Inténtelo de nuevo en 1 s.", error.Spanish);
    }

    [Fact]
    public void Exhausted_Day_IsInsufficientQuotaThatClientsDoNotRetry_Wire16()
    {
        var error = Refuse(
            new(null, LeaseRefusal.Exhausted, TimeSpan.FromHours(12), true), Standing((Requests, 20, 0), (Tokens, 5000, 0), (Day, 0, 43_200)));

        Assert.Equal((429, "insufficient_quota", "insufficient_quota", false), (error.Status, error.Type, error.Code, error.ShouldRetry));
        Assert.Equal("You have spent the limit of your API key: 1000 requests per day. It has room again at 2026-07-02T00:00:00Z.", error.Message);
        Assert.Equal("Ha agotado el límite de su clave de API: 1000 solicitudes por día. Volverá a haber margen el 2026-07-02T00:00:00Z.", error.Spanish);
        Assert.Equal(Now.AddHours(12), error.ResetsAt);
    }

    [Fact]
    public void TooLarge_Is413AndNamesTheLimit()
    {
        var error = CallerRefusal.ToError(
            new(null, LeaseRefusal.TooLarge, TimeSpan.Zero, false), QuotaAmounts.OfRequest(4000, 2000), Limits, null, Now);

        Assert.Equal((413, "invalid_request_error", "request_too_large"), (error.Status, error.Type, error.Code));
        Assert.Equal("The request may need 6000 tokens; the limit of your API key is 5000 tokens per minute.", error.Message);
        Assert.Equal("La solicitud puede necesitar 6000 tokens; el límite de su clave de API es de 5000 tokens por minuto.", error.Spanish);
    }

    [Theory]
    [InlineData(LeaseRefusal.StorageFailed)]
    [InlineData(LeaseRefusal.Stale)]
    public void NotKnown_Is503(LeaseRefusal refusal)
    {
        var error = Refuse(new(null, refusal, TimeSpan.FromSeconds(2), false), null);

        Assert.Equal((503, "service_unavailable", 2), (error.Status, error.Code, error.RetryAfterSeconds));
    }

    [Theory]
    [InlineData(BudgetMetric.Requests, 1, 60, "1 request per minute", "1 solicitud por minuto")]
    [InlineData(BudgetMetric.Requests, 20, 300, "20 requests per 5 minutes", "20 solicitudes cada 5 minutos")]
    [InlineData(BudgetMetric.Tokens, 1000, 86_400, "1000 tokens per day", "1000 tokens por día")]
    [InlineData(BudgetMetric.InputTokens, 7, 3600, "7 prompt tokens per hour", "7 tokens de entrada por hora")]
    [InlineData(BudgetMetric.OutputTokens, 7, 90, "7 output tokens per 90 seconds", "7 tokens de salida cada 90 segundos")]
    [InlineData(BudgetMetric.ConcurrentRequests, 4, 60, "4 requests at once", "4 solicitudes a la vez")]
    [InlineData(BudgetMetric.Cost, 5_000_000, 604_800, "5.00 US dollars per week", "5.00 dólares estadounidenses por semana")]
    [InlineData(BudgetMetric.Cost, 1, 172_800, "0.000001 US dollars per 2 days", "0.000001 dólares estadounidenses cada 2 días")]
    public void Limit_InWords(BudgetMetric metric, long amount, int seconds, string words, string spanish)
    {
        var limit = new BudgetDefinition(metric, amount, TimeSpan.FromSeconds(seconds), BudgetKind.Rolling);

        Assert.Equal((words, spanish), (LimitText.English.Of(limit), LimitText.Spanish.Of(limit)));
    }

    private static ApiError Refuse(ReserveOutcome outcome, QuotaSnapshot? standing) => CallerRefusal.ToError(outcome, Amounts, Limits, standing, Now);

    private static QuotaSnapshot Standing(params (BudgetDefinition Limit, long Remaining, int ResetsIn)[] budgets) => new(
        "key/alice",
        [.. budgets.Select(budget => new BudgetSnapshot(budget.Limit, 0, 0, budget.Remaining, TimeSpan.FromSeconds(budget.ResetsIn)))],
        TimeSpan.Zero,
        null);
}
