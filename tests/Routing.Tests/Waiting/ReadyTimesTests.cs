using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Waiting;

namespace ThotNet.Routing.Tests.Waiting;

public sealed class ReadyTimesTests
{
    private static readonly BudgetDefinition PerMinute = new(BudgetMetric.Requests, 20, TimeSpan.FromMinutes(1), BudgetKind.Rolling);
    private static readonly BudgetDefinition TokensPerMinute = new(BudgetMetric.Tokens, 1000, TimeSpan.FromMinutes(1), BudgetKind.LeakyBucket);

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 10)]
    [InlineData(8, 10)]
    [InlineData(9, 25)]
    [InlineData(20, 25)]
    public void Of_OneBudget_IsTheFirstReleaseThatIsEnough(long requests, double seconds) =>
        Assert.Equal(seconds, Of(Quota(Requests(remaining: 2, (10, 8), (25, 20))), requests));

    [Theory]
    [InlineData(3, 100, 10)]
    [InlineData(3, 600, 30)]
    [InlineData(2, 600, 30)]
    [InlineData(2, 100, 0)]
    public void Of_SeveralBudgets_IsTheLatest(long requests, long tokens, double seconds) =>
        Assert.Equal(seconds, Of(Quota(Requests(remaining: 2, (10, 20)), Tokens(remaining: 500, (30, 1000))), requests, tokens));

    [Theory]
    [InlineData(21, 60)]
    [InlineData(22, 60)]
    [InlineData(23, 70)]
    [InlineData(40, 85)]
    [InlineData(41, 120)]
    public void Of_MoreThanAWholeBudget_TakesMoreWindows(long requests, double seconds) =>
        Assert.Equal(seconds, Of(Quota(Requests(remaining: 2, (10, 8), (25, 20))), requests));

    [Theory]
    [InlineData(4, 6)]
    [InlineData(10, 0)]
    [InlineData(11, 0)]
    public void Of_OldSnapshot_CountsFromNow(double age, double seconds) =>
        Assert.Equal(seconds, Of(Quota(Requests(remaining: 0, (10, 20))), 1, age: age));

    [Theory]
    [InlineData(0, 40)]
    [InlineData(15, 25)]
    [InlineData(45, 0)]
    public void Of_Closed_WaitsUntilItOpens(double age, double seconds) =>
        Assert.Equal(seconds, Of(Quota(Requests(remaining: 20)) with { ClosedFor = TimeSpan.FromSeconds(40) }, 1, age: age));

    [Fact]
    public void Of_ClosedAndSpentForLonger_WaitsForTheBudget() =>
        Assert.Equal(50, Of(Quota(Requests(remaining: 0, (50, 20))) with { ClosedFor = TimeSpan.FromSeconds(40) }, 1));

    [Fact]
    public void Of_ReleasesNotEnough_IsAWholeWindow() => Assert.Equal(60, Of(Quota(Requests(remaining: 0, (10, 5))), 6));

    [Fact]
    public void Of_ReleasesUnknown_IsTheReset() => Assert.Equal(33, Of(Quota(Requests(remaining: 0)), 1));

    [Fact]
    public void Of_NoBudgets_IsNow() => Assert.Equal(0, Of(Quota(), 1000));

    private static double Of(QuotaSnapshot quota, long requests, long tokens = 0, double age = 0) =>
        ReadyTimes.Of(quota, TimeSpan.FromSeconds(age), new(requests, tokens)).TotalSeconds;

    private static QuotaSnapshot Quota(params BudgetSnapshot[] budgets) => new("q", [.. budgets], TimeSpan.Zero, null);

    private static BudgetSnapshot Requests(long remaining, params (double After, long Free)[] releases) => Budget(PerMinute, remaining, releases);

    private static BudgetSnapshot Tokens(long remaining, params (double After, long Free)[] releases) => Budget(TokensPerMinute, remaining, releases);

    private static BudgetSnapshot Budget(BudgetDefinition definition, long remaining, (double After, long Free)[] releases) =>
        new(definition, definition.Amount - remaining, 0, remaining, TimeSpan.FromSeconds(33))
        {
            Releases = [.. releases.Select(release => new BudgetRelease(TimeSpan.FromSeconds(release.After), release.Free))],
        };
}
