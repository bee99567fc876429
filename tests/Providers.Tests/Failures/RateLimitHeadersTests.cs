using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Failures;

namespace ThotNet.Providers.Tests.Failures;

/// <summary>Rate-limit headers on answers (wire.md 3.1).</summary>
public sealed class RateLimitHeadersTests
{
    private static readonly RateLimitHeaders Groq = GroqFailures.LimitHeaders;

    [Fact]
    public void Read_LimitsWithRoom_TellWhereTheyStandAndCloseNothing_Wire31()
    {
        var evidence = Read(Groq, "14400", "14370", "3m0s", "6000", "5843", "1.57s")!;

        Assert.Equal(TimeSpan.Zero, evidence.ClosedFor);
        Assert.Equal(
            [
                new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromDays(1), 14400, 14370),
                new BudgetEvidence(BudgetMetric.Tokens, TimeSpan.FromMinutes(1), 6000, 5843),
            ],
            evidence.Budgets);
    }

    [Theory]
    [InlineData("6000", "-5", 6000L, 0L)]
    [InlineData("0", "7", null, 7L)]
    [InlineData("-1", "7", null, 7L)]
    [InlineData("9223372036854775808", "7", null, 7L)]
    [InlineData("6000", "9223372036854775807", 6000L, null)]
    [InlineData("6000", "1.5", 6000L, null)]
    [InlineData("6000", "", 6000L, null)]
    public void Read_AbsurdValues_AreNotBelieved_Wire31(string limit, string remaining, long? believedLimit, long? believedRemaining) =>
        Assert.Equal(
            [new BudgetEvidence(BudgetMetric.Tokens, TimeSpan.FromMinutes(1), believedLimit, believedRemaining)],
            Read(Groq, "x", "y", "z", limit, remaining, "1s")!.Budgets);

    [Fact]
    public void Read_NothingReadable_IsNoEvidence_Wire31() => Assert.Null(Read(Groq, "x", "NaN", "z", "0", "", "1s"));

    [Theory]
    [InlineData("14400", "0", "24h0m0s", "6000", "5843", "1.57s", 6)]
    [InlineData("14400", "14370", "3m0s", "6000", "0", "60s", 0.01)]
    [InlineData("1000", "0", "24h0m0s", "6000", "0", "60s", 86.4)]
    public void Read_SpentLimit_ClosesUntilAUnitIsBack_Wire31(
        string requestLimit, string requestsLeft, string requestReset, string tokenLimit, string tokensLeft, string tokenReset, double seconds)
    {
        var evidence = Read(Groq, requestLimit, requestsLeft, requestReset, tokenLimit, tokensLeft, tokenReset);

        Assert.Equal(seconds, evidence!.ClosedFor.TotalSeconds, 0.001);
    }

    [Theory]
    [InlineData("14400", "1", "6s", "6000", "1", "60s")]
    [InlineData("14400", "0", "soon", "x", "0", "60s")]
    [InlineData("0", "0", "6s", "0", "0", "60s")]
    [InlineData("14400", "0", "0s", "6000", "0", "0s")]
    public void Read_AnythingElse_IsNoEvidence_Wire31(
        string requestLimit, string requestsLeft, string requestReset, string tokenLimit, string tokensLeft, string tokenReset) =>
        Assert.Null(Read(new(null, null), requestLimit, requestsLeft, requestReset, tokenLimit, tokensLeft, tokenReset));

    [Fact]
    public void Read_NoHeaders_IsNoEvidence_Wire22()
    {
        using var response = new HttpResponseMessage();

        Assert.Null(Groq.Read(response.Headers));
    }

    private static QuotaEvidence? Read(RateLimitHeaders headers, params string[] values)
    {
        string[] names = ["limit-requests", "remaining-requests", "reset-requests", "limit-tokens", "remaining-tokens", "reset-tokens"];
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in names.Zip(values))
            response.Headers.TryAddWithoutValidation("x-ratelimit-" + name, value);
        return headers.Read(response.Headers);
    }
}
