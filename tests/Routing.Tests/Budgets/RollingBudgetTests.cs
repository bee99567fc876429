using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Budgets;

public sealed class RollingBudgetTests : SpentBudgetContract
{
    protected override Budget Create(long amount = 100) =>
        Budget.Create(new(BudgetMetric.Requests, amount, TimeSpan.FromHours(1), BudgetKind.Rolling));

    [Fact]
    public void StateKey_OtherAmount_IsTheSame() => Assert.Equal(Create(1).StateKey, Create(2).StateKey);

    [Fact]
    public void Spent_ExactlyOneWindowLater_StillCounts()
    {
        var then = Noon.AddHours(1);
        Assert.Equal(7, Create().Spent([], [At(Noon, 7)], then, then));
        Assert.Equal(0, Create().Spent([], [At(Noon, 7)], then.AddMilliseconds(1), then));
    }

    [Fact]
    public void Spent_LongInterval_CountsFromItsEnd()
    {
        var charge = new Charge(Noon, Noon.AddMinutes(10), 7);
        Assert.Equal(7, Create().Spent([], [charge], Noon.AddMinutes(70), Noon.AddMinutes(70)));
    }

    [Fact]
    public void Settle_Rounding_LosesAtMostOneStep()
    {
        List<Bucket> settled = [];
        Create().Settle(settled, At(Noon.AddMilliseconds(1), 7), Noon);
        var end = Create().ResetsAt(settled, [], Noon)!.Value - Noon;
        Assert.InRange(end, TimeSpan.FromHours(1), TimeSpan.FromHours(1) + TimeSpan.FromSeconds(30.1));
    }

    [Fact]
    public void Delay_NewAuthority_MovesTheEndByThatMuch()
    {
        List<Bucket> settled = [];
        Create().Settle(settled, At(Noon, 7), Noon);
        var before = Create().ResetsAt(settled, [], Noon)!.Value;
        Create().Delay(settled, TimeSpan.FromSeconds(2));
        Assert.Equal(before.AddSeconds(2), Create().ResetsAt(settled, [], Noon));
    }
}
