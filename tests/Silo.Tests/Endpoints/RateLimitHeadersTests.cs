using Microsoft.AspNetCore.Http;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Silo.Endpoints;

namespace ThotNet.Silo.Tests.Endpoints;

public sealed class RateLimitHeadersTests
{
    [Theory]
    [InlineData(-5, "0s")]
    [InlineData(0, "0s")]
    [InlineData(0.2, "1ms")]
    [InlineData(20, "20ms")]
    [InlineData(999, "999ms")]
    [InlineData(1000, "1s")]
    [InlineData(1500.4, "1.501s")]
    [InlineData(360_000, "6m0s")]
    [InlineData(86_400_000, "24h0m0s")]
    [InlineData(3_661_250, "1h1m1.25s")]
    public void Duration_AsOpenAiWritesIt_Wire15(double milliseconds, string text) =>
        Assert.Equal(text, RateLimitHeaders.Duration(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void Set_ManyBudgets_TellsTheTightestOfEachKind()
    {
        var headers = Of(
            Budget(BudgetMetric.Requests, 1000, TimeSpan.FromDays(1), 900, 3600), Budget(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), 7, 12),
            Budget(BudgetMetric.Tokens, 5000, TimeSpan.FromMinutes(1), 0, 60), Budget(BudgetMetric.Cost, 1, TimeSpan.FromSeconds(1), 1, 1));

        Assert.Equal(
            new Dictionary<string, string>
            {
                ["x-ratelimit-limit-requests"] = "20",
                ["x-ratelimit-remaining-requests"] = "7",
                ["x-ratelimit-reset-requests"] = "12s",
                ["x-ratelimit-limit-tokens"] = "5000",
                ["x-ratelimit-remaining-tokens"] = "0",
                ["x-ratelimit-reset-tokens"] = "1m0s",
            },
            headers.ToDictionary(header => header.Key, header => header.Value.ToString()));
    }

    [Fact]
    public void Set_DaySpentAndMinuteNot_TellsTheDay() => Assert.Equal(
        ("1000", "0", "1h0m0s"),
        RequestsOf(Budget(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), 20, 0), Budget(BudgetMetric.Requests, 1000, TimeSpan.FromDays(1), 0, 3600)));

    [Fact]
    public void Set_BothSpent_TellsTheOneThatLastsLonger() => Assert.Equal(
        ("1000", "0", "1h0m0s"),
        RequestsOf(Budget(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), 0, 9), Budget(BudgetMetric.Requests, 1000, TimeSpan.FromDays(1), 0, 3600)));

    [Fact]
    public void Set_NoBudgetOfAKind_SaysNothingOfIt() => Assert.Empty(Of(Budget(BudgetMetric.ConcurrentRequests, 4, TimeSpan.FromMinutes(1), 4, 0)));

    private static (string Limit, string Remaining, string Reset) RequestsOf(params BudgetSnapshot[] budgets)
    {
        var headers = Of(budgets);
        return (headers["x-ratelimit-limit-requests"]!, headers["x-ratelimit-remaining-requests"]!, headers["x-ratelimit-reset-requests"]!);
    }

    private static HeaderDictionary Of(params BudgetSnapshot[] budgets)
    {
        var headers = new HeaderDictionary();
        RateLimitHeaders.Set(headers, new("key/alice", [.. budgets], TimeSpan.Zero, null));
        return headers;
    }

    private static BudgetSnapshot Budget(BudgetMetric metric, long amount, TimeSpan window, long remaining, int resetsIn) =>
        new(new(metric, amount, window, BudgetKind.Rolling), amount - remaining, 0, remaining, TimeSpan.FromSeconds(resetsIn));
}
