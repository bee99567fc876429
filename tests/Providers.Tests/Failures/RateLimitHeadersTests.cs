using ThotNet.Providers.Failures;

namespace ThotNet.Providers.Tests.Failures;

/// <summary>Rate-limit headers on answers (wire.md 3.1).</summary>
public sealed class RateLimitHeadersTests
{
    [Theory]
    [InlineData("14400", "0", "24h0m0s", "6000", "5843", "1.57s", 6)]
    [InlineData("14400", "14370", "3m0s", "6000", "0", "60s", 0.01)]
    [InlineData("1000", "0", "24h0m0s", "6000", "0", "60s", 86.4)]
    public void Read_SpentLimit_ClosesUntilAUnitIsBack_Wire31(
        string requestLimit, string requestsLeft, string requestReset, string tokenLimit, string tokensLeft, string tokenReset, double seconds)
    {
        var evidence = Read(requestLimit, requestsLeft, requestReset, tokenLimit, tokensLeft, tokenReset);

        Assert.Equal(seconds, evidence!.ClosedFor.TotalSeconds, 0.001);
    }

    [Theory]
    [InlineData("14400", "1", "6s", "6000", "1", "60s")]
    [InlineData("14400", "0", "soon", "x", "0", "60s")]
    [InlineData("0", "0", "6s", "0", "0", "60s")]
    [InlineData("14400", "0", "0s", "6000", "0", "0s")]
    public void Read_AnythingElse_IsNoEvidence_Wire31(
        string requestLimit, string requestsLeft, string requestReset, string tokenLimit, string tokensLeft, string tokenReset) =>
        Assert.Null(Read(requestLimit, requestsLeft, requestReset, tokenLimit, tokensLeft, tokenReset));

    [Fact]
    public void Read_NoHeaders_IsNoEvidence_Wire22()
    {
        using var response = new HttpResponseMessage();

        Assert.Null(RateLimitHeaders.Read(response.Headers));
    }

    private static ThotNet.Grains.Abstractions.Quota.QuotaEvidence? Read(params string[] values)
    {
        string[] names = ["limit-requests", "remaining-requests", "reset-requests", "limit-tokens", "remaining-tokens", "reset-tokens"];
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in names.Zip(values))
            response.Headers.TryAddWithoutValidation("x-ratelimit-" + name, value);
        return RateLimitHeaders.Read(response.Headers);
    }
}
