using System.Text;
using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Failures;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>What OpenRouter tells of a key (wire.md 2.4).</summary>
public sealed class OpenRouterKeyTests
{
    // A Sunday.
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static QuotaEvidence? Read(string fields) => OpenRouterKey.ReadEvidence(Encoding.UTF8.GetBytes($$$"""{"data":{{{{fields}}}}}"""), Now);

    [Theory]
    [InlineData("http://127.0.0.1:9/api/v1")]
    [InlineData("http://127.0.0.1:9/api/v1/")]
    public void CreateRequest_AsksForTheKey_Wire24(string baseUrl)
    {
        using var message = OpenRouterKey.CreateRequest(new ProviderEndpoint("openrouter", new Uri(baseUrl), "sk-or-1"));

        Assert.Equal("http://127.0.0.1:9/api/v1/key", message.RequestUri!.AbsoluteUri);
        Assert.Equal("Bearer sk-or-1", message.Headers.Authorization!.ToString());
    }

    [Fact]
    public void ReadEvidence_FreeRequests_AreTheDays_Wire24()
    {
        var evidence = Read("""
            "label":"sk-or-v1-abc","limit":null,"limit_remaining":null,"limit_reset":null,
            "free_model_daily_requests":{"used":13,"limit":50,"remaining":37}
            """)!;

        Assert.Equal(TimeSpan.Zero, evidence.ClosedFor);
        Assert.Equal([new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromDays(1), 50, 37)], evidence.Budgets);
        Assert.DoesNotContain("sk-or", evidence.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"daily\"", 1)]
    [InlineData("\"weekly\"", 7)]
    [InlineData("\"monthly\"", 31)]
    [InlineData("null", 31)]
    public void ReadEvidence_Credits_AreMicroDollars_Wire24(string reset, int days) =>
        Assert.Equal(
            [new BudgetEvidence(BudgetMetric.Cost, TimeSpan.FromDays(days), 10_000_000, 1_234_567)],
            Read($"\"limit\":10,\"limit_remaining\":1.2345678,\"limit_reset\":{reset}")!.Budgets);

    [Theory]
    [InlineData("\"daily\"", "0", 12)]
    [InlineData("\"weekly\"", "-0.5", 12)]
    [InlineData("\"monthly\"", "0", 25)]
    [InlineData("null", "0", 1 / 6.0)]
    public void ReadEvidence_NoCreditsLeft_ClosesUntilTheReset_Wire24(string reset, string left, double hours)
    {
        var evidence = Read($"\"limit\":10,\"limit_remaining\":{left},\"limit_reset\":{reset}")!;

        Assert.Equal(TimeSpan.FromHours(hours), evidence.ClosedFor);
        Assert.Equal("no credits remaining", evidence.Reason);
        Assert.Empty(evidence.Budgets);
    }

    [Theory]
    [InlineData("\"free_model_daily_requests\":null")]
    [InlineData("\"free_model_daily_requests\":{\"limit\":-1,\"remaining\":null}")]
    [InlineData("\"limit_remaining\":\"all\",\"limit\":1e300")]
    [InlineData("\"limit_remaining\":1e300")]
    public void ReadEvidence_NothingUsable_SaysNothing_Wire24(string fields)
    {
        var evidence = Read(fields)!;

        Assert.Equal(TimeSpan.Zero, evidence.ClosedFor);
        Assert.Empty(evidence.Budgets);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"data\":3}")]
    [InlineData("{\"data\":{")]
    [InlineData("<html>")]
    public void ReadEvidence_NoAnswerOfAKey_IsNull(string body) => Assert.Null(OpenRouterKey.ReadEvidence(Encoding.UTF8.GetBytes(body), Now));

    [Fact]
    public void ReadEvidence_AnyBytes_NeverThrowsAndStaysWithinBounds() => Gen.Byte.Array[0, 200].MustHold(
        bytes =>
        {
            var body = (byte[])[.. "{\"data\":{\"limit_remaining\":"u8, .. bytes];
            var evidence = OpenRouterKey.ReadEvidence(body, Now);
            Assert.True(evidence is null || evidence.ClosedFor <= RetryHints.Longest);
        },
        iter: 2000);
}
