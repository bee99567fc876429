using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Budgets;

public sealed class CalendarBudgetTests : SpentBudgetContract
{
    private static readonly DateTimeOffset Midnight = new(2026, 7, 2, 0, 0, 0, TimeSpan.Zero);

    protected override Budget Create(long amount = 100) => Calendar(TimeSpan.FromHours(1), "UTC", amount);

    [Fact]
    public void StateKey_OtherAmount_IsTheSame() => Assert.Equal(Create(1).StateKey, Create(2).StateKey);

    [Fact]
    public void Spent_AfterMidnight_IsZero()
    {
        var day = Calendar(TimeSpan.FromDays(1));
        Assert.Equal(0, day.Spent([], [At(Midnight.AddSeconds(-5), 7)], Midnight.AddSeconds(2), Midnight.AddSeconds(2)));
    }

    [Theory]
    [InlineData(-0.9)]
    [InlineData(0.9)]
    public void Spent_ChargeNearTheBoundary_CountsOnBothSides(double seconds)
    {
        var day = Calendar(TimeSpan.FromDays(1));
        Charge[] charges = [At(Midnight.AddSeconds(seconds), 7)];
        Assert.Equal(7, day.Spent([], charges, Midnight.AddHours(-1), Midnight.AddHours(-1)));
        Assert.Equal(7, day.Spent([], charges, Midnight.AddHours(1), Midnight.AddHours(1)));
        List<Bucket> settled = [];
        day.Settle(settled, charges[0], Midnight);
        Assert.Equal(7, day.Spent(settled, [], Midnight.AddHours(-1), Midnight.AddHours(-1)));
        Assert.Equal(7, day.Spent(settled, [], Midnight.AddHours(1), Midnight.AddHours(1)));
    }

    [Fact]
    public void Spent_UseAcrossTheBoundary_TakesTheFullerWindow()
    {
        var day = Calendar(TimeSpan.FromDays(1));
        Charge[] charges = [At(Midnight.AddHours(-1), 7), At(Midnight.AddHours(1), 9)];
        Assert.Equal(9, day.Spent([], charges, Midnight.AddSeconds(-5), Midnight.AddSeconds(5)));
    }

    [Fact]
    public void FitsAt_DayFull_IsMidnightAndTheMargin()
    {
        var day = Calendar(TimeSpan.FromDays(1));
        var noon = Midnight.AddHours(-12);
        Assert.Equal(Midnight + Budget.ClockMargin, day.FitsAt([], [At(noon, 100)], noon, TimeSpan.FromSeconds(15), 1));
    }

    [Theory]
    [InlineData("America/Los_Angeles", "2026-07-01T20:00:00Z", "2026-07-01T07:00:00Z", "2026-07-02T07:00:00Z")]
    [InlineData("America/Los_Angeles", "2026-03-08T20:00:00Z", "2026-03-08T08:00:00Z", "2026-03-09T07:00:00Z")]
    [InlineData("America/Los_Angeles", "2026-11-01T20:00:00Z", "2026-11-01T07:00:00Z", "2026-11-02T08:00:00Z")]
    [InlineData("America/Havana", "2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z")]
    [InlineData("America/Havana", "2026-11-01T04:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]
    [InlineData("America/Havana", "2026-11-01T05:30:00Z", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z")]
    public void WindowAt_Day_GoesFromMidnightToMidnight(string zone, string moment, string start, string end)
    {
        var window = Calendar(TimeSpan.FromDays(1), zone).WindowAt(DateTimeOffset.Parse(moment, null));
        Assert.Equal((DateTimeOffset.Parse(start, null), DateTimeOffset.Parse(end, null)), window);
    }

    [Fact]
    public void WindowAt_AnyMomentOfAYear_WindowsAreSeamless()
    {
        var budget = Calendar(TimeSpan.FromHours(6), "America/Havana");
        var moment = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var window = budget.WindowAt(moment);
        for (var count = 0; count < 1500; count++)
        {
            Assert.True(window.Start < window.End);
            var next = budget.WindowAt(window.End);
            Assert.Equal(window.End, next.Start);
            Assert.Equal(window, budget.WindowAt(window.End.AddTicks(-1)));
            window = next;
        }
    }

    private static CalendarBudget Calendar(TimeSpan window, string zone = "UTC", long amount = 100) =>
        new(new(BudgetMetric.Requests, amount, window, BudgetKind.Calendar, zone));
}
