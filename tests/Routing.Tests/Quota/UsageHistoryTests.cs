using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;
using static ThotNet.Routing.Tests.Quota.LedgerFixture;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>What a silo remembers of its own spending.</summary>
public sealed class UsageHistoryTests
{
    private const string RollingKey = "Requests/Rolling/00:01:00";
    private const string LeakyKey = "Requests/LeakyBucket/00:01:00";
    private const string DayKey = "Requests/Calendar/1.00:00:00/UTC";

    private static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Midnight = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly BudgetDefinition LeakyMinute = Leaky(BudgetMetric.Requests, 100, TimeSpan.FromMinutes(1));

    [Fact]
    public void Parts_NothingAdded_IsEmpty() => Assert.Empty(Of(PerMinute(100)).Parts(Noon));

    [Fact]
    public void Parts_Rolling_CountsForAWindow()
    {
        var history = Of(PerMinute(100));
        history.Add(new(7, 0), Noon, Noon);
        Assert.Equal([new(RollingKey, Milliseconds(Noon), 7)], history.Parts(Noon.AddSeconds(60)));
        Assert.Empty(history.Parts(Noon.AddSeconds(60.1)));
    }

    [Fact]
    public void Parts_Leaky_KeepsSingleUsesForTwoWindows()
    {
        var history = Of(LeakyMinute);
        history.Add(new(7, 0), Noon, Noon);
        history.Add(new(5, 0), Noon.AddSeconds(50), Noon.AddSeconds(50));
        Assert.Equal([new(LeakyKey, Milliseconds(Noon), 7), new(LeakyKey, Milliseconds(Noon.AddSeconds(50)), 5)], history.Parts(Noon.AddSeconds(120)));
        Assert.Equal([new(LeakyKey, Milliseconds(Noon.AddSeconds(50)), 5)], history.Parts(Noon.AddSeconds(121)));
        Assert.Empty(history.Parts(Noon.AddSeconds(171)));
    }

    [Fact]
    public void Parts_Calendar_IsOneSumOfTheDay()
    {
        var history = Of(PerDay(100));
        history.Add(new(7, 0), Noon, Noon);
        history.Add(new(5, 0), Noon.AddHours(3), Noon.AddHours(3));
        Assert.Equal([new(DayKey, Milliseconds(Midnight), 12)], history.Parts(Midnight.AddDays(1)));
        Assert.Empty(history.Parts(Midnight.AddDays(1).AddSeconds(1)));
    }

    [Fact]
    public void Parts_CalendarNearMidnight_CountsOnBothDays()
    {
        var history = Of(PerDay(100));
        history.Add(new(7, 0), Midnight.AddSeconds(-0.5), Midnight.AddSeconds(0.5));
        Assert.Equal(
            [new(DayKey, Milliseconds(Midnight.AddDays(-1)), 7), new(DayKey, Milliseconds(Midnight), 7)], history.Parts(Midnight.AddSeconds(0.5)));
    }

    [Theory]
    [InlineData(BudgetKind.Rolling)]
    [InlineData(BudgetKind.Calendar)]
    [InlineData(BudgetKind.LeakyBucket)]
    public void Parts_ADayOfUse_StaysSmallAndLosesNothing(BudgetKind kind)
    {
        var history = Of(new BudgetDefinition(BudgetMetric.Requests, 100_000, TimeSpan.FromHours(1), kind));
        for (var second = 0; second < 86_400; second += 5)
        {
            var now = Midnight.AddSeconds(second);
            history.Add(new(1, 0), now, now);
            Assert.InRange(history.Parts(now).Length, 1, 122);
        }

        // The last use was 5 s before midnight; two hours before are two windows of a leaky bucket.
        var atLeast = kind == BudgetKind.LeakyBucket ? 2 * 720 : 720;
        Assert.InRange(history.Parts(Midnight.AddDays(1).AddSeconds(-5)).Sum(part => part.Amount), atLeast, atLeast + (atLeast / 60));
    }

    [Fact]
    public void Parts_SeveralBudgets_EachCountsItsMetric()
    {
        var history = Of(PerMinute(100), TokensPerMinute(1000), new BudgetDefinition(BudgetMetric.ConcurrentRequests, 5, TimeSpan.FromMinutes(1), BudgetKind.Rolling));
        history.Add(new(2, 70, Concurrent: 2), Noon, Noon);
        Assert.Equal([new(RollingKey, Milliseconds(Noon), 2), new("Tokens/Rolling/00:01:00", Milliseconds(Noon), 70)], history.Parts(Noon));
    }

    [Fact]
    public void Redefine_OtherAmount_KeepsWhatIsKnown()
    {
        var history = Of(PerMinute(100), PerDay(100));
        history.Add(new(7, 0), Noon, Noon);
        history.Redefine(new("q", [PerMinute(30)]));
        Assert.Equal([new(RollingKey, Milliseconds(Noon), 7)], history.Parts(Noon));
    }

    private static UsageHistory Of(params BudgetDefinition[] budgets) => new(new("q", [.. budgets]));

    private static long Milliseconds(DateTimeOffset moment) => moment.ToUnixTimeMilliseconds();
}
