using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Tests.Budgets;

/// <summary>What every kind of budget must do. The limit is 100, the window an hour.</summary>
public abstract class BudgetContract
{
    protected static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 20, 0, TimeSpan.Zero);

    protected abstract Budget Create(long amount = 100);

    [Fact]
    public void Spent_NothingCharged_IsZero() => Assert.Equal(0, Create().Spent([], [], Noon, Noon));

    [Fact]
    public void Spent_ChargeNow_IsItsAmount() => Assert.Equal(7, Create().Spent([], [At(Noon, 7)], Noon, Noon));

    [Fact]
    public void ResetsAt_NothingCharged_IsNull() => Assert.Null(Create().ResetsAt([], [], Noon));

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

    /// <summary>A charge that counts from a moment on.</summary>
    protected virtual Charge At(DateTimeOffset time, long amount) => new(time, time, amount);
}
