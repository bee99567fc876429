using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Budgets;

/// <summary>What every kind of budget must do whose amount is spent, not held. The limit is 100, the window an hour.</summary>
public abstract class SpentBudgetContract : BudgetContract
{
    private readonly List<Bucket> _settled = [];

    /// <summary>How many buckets stay when none counts any more.</summary>
    protected virtual int Kept => 0;

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
    public void Delay_Settled_CountsNoShorter()
    {
        var budget = Create();
        budget.Settle(_settled, At(Noon, 7), Noon);
        var reset = budget.ResetsAt(_settled, [], Noon)!.Value;
        budget.Delay(_settled, TimeSpan.FromSeconds(2));
        Assert.True(budget.ResetsAt(_settled, [], Noon) >= reset);
    }
}
