using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Budgets;

/// <summary>What every kind of budget must do. The limit is 100, the window an hour.</summary>
public abstract class BudgetContract
{
    protected static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 20, 0, TimeSpan.Zero);

    private readonly List<Bucket> _settled = [];

    /// <summary>How many buckets stay when none counts any more.</summary>
    protected virtual int Kept => 0;

    protected abstract Budget Create(long amount = 100);

    [Fact]
    public void Spent_NothingCharged_IsZero() => Assert.Equal(0, Create().Spent([], [], Noon, Noon));

    [Fact]
    public void Spent_ChargeNow_IsItsAmount() => Assert.Equal(7, Create().Spent([], [At(Noon, 7)], Noon, Noon));

    [Fact]
    public void Spent_SettledCharge_IsTheSameAsBefore()
    {
        var budget = Create();
        budget.Settle(_settled, At(Noon, 7), Noon);
        budget.Settle(_settled, At(Noon, 5), Noon);
        Assert.Equal(12, budget.Spent(_settled, [], Noon, Noon));
    }

    [Fact]
    public void Spent_AfterResetsAt_IsLower()
    {
        var budget = Create();
        var reset = budget.ResetsAt([], [At(Noon, 7)], Noon)!.Value + Budget.ClockMargin;
        Assert.Equal(0, budget.Spent([], [At(Noon, 7)], reset, reset));
    }

    [Fact]
    public void ResetsAt_NothingCharged_IsNull() => Assert.Null(Create().ResetsAt([], [], Noon));

    [Fact]
    public void Settle_AnyCharge_NeverCountsForLess()
    {
        var budget = Create();
        for (var offset = 0; offset < 200; offset++)
        {
            var charge = new Charge(Noon, Noon + TimeSpan.FromMilliseconds(offset * 777.3), 3);
            List<Bucket> settled = [];
            budget.Settle(settled, charge, Noon);
            for (var minute = 0; minute < 130; minute++)
            {
                var then = Noon + TimeSpan.FromMinutes(minute);
                Assert.True(budget.Spent(settled, [], then, then) >= budget.Spent([], [charge], then, then));
            }
        }
    }

    [Fact]
    public void Settle_DayOfCharges_StaysSmall()
    {
        var budget = Create();
        for (var second = 0; second < 86_400; second += 5)
        {
            var now = Noon + TimeSpan.FromSeconds(second);
            budget.Forget(_settled, now);
            budget.Settle(_settled, At(now, 1), now);
            Assert.InRange(_settled.Count, 1, 122);
        }
    }

    [Fact]
    public void Forget_ManyWindowsLater_LeavesNothingThatCounts()
    {
        var budget = Create();
        budget.Settle(_settled, At(Noon, 7), Noon);
        budget.Forget(_settled, Noon.AddHours(3));
        Assert.Equal(Kept, _settled.Count);
        Assert.Equal(0, budget.Spent(_settled, [], Noon.AddHours(3), Noon.AddHours(3)));
    }

    [Fact]
    public void IsPast_WhileItCounts_IsFalse()
    {
        var budget = Create();
        for (var minute = 0; minute < 180; minute++)
        {
            var now = Noon.AddMinutes(minute);
            if (budget.Spent([], [At(Noon, 1)], now, now.AddSeconds(15)) > 0)
            {
                Assert.False(budget.IsPast(At(Noon, 1), now));
            }
        }

        Assert.True(budget.IsPast(At(Noon, 1), Noon.AddHours(3)));
    }

    [Fact]
    public void FitsAt_Room_IsNow() => Assert.Equal(Noon, Create().FitsAt([], [At(Noon, 99)], Noon, TimeSpan.FromSeconds(15), 1));

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(100)]
    public void FitsAt_Full_IsTheFirstMomentThatFits(long needed)
    {
        var budget = Create();
        Charge[] charges = [At(Noon.AddMinutes(-9), 30), At(Noon.AddMinutes(-5), 30), At(Noon, 60)];
        var span = TimeSpan.FromSeconds(15);
        var fits = budget.FitsAt([], charges, Noon, span, needed);
        Assert.True(fits > Noon);
        Assert.InRange(budget.Spent([], charges, fits, fits + span), 0, 100 - needed);
        var before = fits.AddMilliseconds(-2);
        Assert.True(budget.Spent([], charges, before, before + span) + needed > 100);
    }

    [Fact]
    public void FitsAt_Overrun_WaitsUntilTheDebtIsGone()
    {
        var budget = Create();
        var fits = budget.FitsAt([], [At(Noon, 250)], Noon, TimeSpan.Zero, 1);
        var before = fits.AddMilliseconds(-2);
        Assert.InRange(budget.Spent([], [At(Noon, 250)], fits, fits), 0, 99);
        Assert.InRange(budget.Spent([], [At(Noon, 250)], before, before), 100, 250);
    }

    [Fact]
    public void FitsAt_MoreThanTheWholeBudget_Throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Create().FitsAt([], [], Noon, TimeSpan.Zero, 101));

    [Fact]
    public void Delay_Settled_CountsNoShorter()
    {
        var budget = Create();
        budget.Settle(_settled, At(Noon, 7), Noon);
        var reset = budget.ResetsAt(_settled, [], Noon)!.Value;
        budget.Delay(_settled, TimeSpan.FromSeconds(2));
        Assert.True(budget.ResetsAt(_settled, [], Noon) >= reset);
    }

    protected static Charge At(DateTimeOffset time, long amount) => new(time, time, amount);
}
