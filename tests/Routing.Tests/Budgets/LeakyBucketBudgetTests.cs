using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;
using ThotNet.Routing.Tests.Quota;

namespace ThotNet.Routing.Tests.Budgets;

public sealed class LeakyBucketBudgetTests : SpentBudgetContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    protected override int Kept => 1;

    protected override Budget Create(long amount = 100) => Leaky(amount, TimeSpan.FromHours(1));

    [Theory]
    [InlineData(6000, 5034, 1443, 60, 4770)]
    [InlineData(100_000, 97_050, 3619, 86_400, 578_016)]
    [InlineData(30, 30, 1, 60, 2000)]
    public void FitsAt_WhatGroqObserved_IsGroqsWait_Wire32(long limit, long used, long requested, int window, int wait)
    {
        var budget = Leaky(limit, TimeSpan.FromSeconds(window));
        var expected = Noon + TimeSpan.FromMilliseconds(wait);
        Assert.Equal(expected, budget.FitsAt([], [At(Noon, used)], Noon, TimeSpan.Zero, requested));
        List<Bucket> settled = [];
        budget.Settle(settled, At(Noon, used), Noon);
        Assert.Equal(expected, budget.FitsAt(settled, [], Noon, TimeSpan.Zero, requested));
    }

    [Theory]
    [InlineData(14_400, 1, 86_400, 6000)]
    [InlineData(1000, 2, 86_400, 172_800)]
    [InlineData(6000, 157, 60, 1570)]
    public void ResetsAt_WhatGroqObserved_IsGroqsHeader_Wire32(long limit, long used, int window, int reset) =>
        Assert.Equal(
            Noon + TimeSpan.FromMilliseconds(reset), Leaky(limit, TimeSpan.FromSeconds(window)).ResetsAt([], [At(Noon, used)], Noon));

    [Fact]
    public void Spent_LaterAndLater_DrainsUnitByUnit()
    {
        var budget = Leaky(30, Minute);
        Charge[] charges = [At(Noon, 3)];
        Assert.Equal([3, 3, 2, 2, 1, 0], new[] { 0, 1.9, 2, 3.9, 4, 6 }.Select(seconds => Spent(budget, charges, seconds)));
    }

    [Fact]
    public void Spent_ChargeThatMayStillArrive_StandsUndrained()
    {
        var budget = Leaky(30, Minute);
        Charge[] charges = [At(Noon, 10), new(Noon, Noon.AddSeconds(20), 5)];
        Assert.Equal([15, 10, 5, 5, 4], new[] { 0, 10, 20, 20.0, 22 }.Select(seconds => Spent(budget, charges, seconds)));
    }

    [Fact]
    public void FitsAt_ChargeThatMayStillArrive_WaitsForWhatDrainsBesides()
    {
        var budget = Leaky(30, Minute);
        Charge[] charges = [At(Noon, 10), new(Noon, Noon.AddSeconds(40), 20)];
        Assert.Equal(Noon.AddSeconds(2), budget.FitsAt([], charges, Noon, TimeSpan.Zero, 1));
        Assert.Equal(Noon.AddSeconds(20), budget.FitsAt([], charges, Noon, TimeSpan.Zero, 10));
        Assert.Equal(Noon.AddSeconds(42), budget.FitsAt([], charges, Noon, TimeSpan.Zero, 11));
        Assert.Equal(Noon.AddSeconds(80), budget.FitsAt([], charges, Noon, TimeSpan.Zero, 30));
    }

    [Fact]
    public void Settle_WhileTheBucketIsNotEmpty_KeepsFractionsOfUnits()
    {
        var budget = Leaky(7, Minute);
        List<Bucket> settled = [];
        for (var second = 0; second < 3600; second++)
        {
            var now = Noon.AddSeconds(second);
            budget.Forget(settled, now);
            budget.Settle(settled, At(now, second == 0 ? 7 : second % 60 == 0 ? 7 : 0), now);
        }

        Assert.Equal(Noon.AddHours(1), budget.ResetsAt(settled, [], Noon.AddSeconds(3599)));
        Assert.InRange(Assert.Single(settled).Amount, 1, 14);
    }

    [Fact]
    public void Settle_LaterThanNowAndTheBucketEmptyBefore_CountsBothUntilThen()
    {
        var budget = Leaky(30, Minute);
        List<Bucket> settled = [];
        budget.Settle(settled, At(Noon, 1), Noon);
        budget.Settle(settled, At(Noon.AddSeconds(10), 5), Noon.AddSeconds(1));
        Assert.Equal(6, budget.Spent(settled, [], Noon.AddSeconds(1.5), Noon.AddSeconds(1.5)));
        Assert.InRange(budget.Spent(settled, [], Noon.AddSeconds(10), Noon.AddSeconds(10)), 5, 6);
    }

    /// <summary>A third of a second is no whole number of ticks; what rounding took of the first unit must not drain from the second.</summary>
    [Fact]
    public void Settle_LaterThanNowAndFractionsOfTicks_CountsUntilTheLastTick()
    {
        var budget = Leaky(3, TimeSpan.FromSeconds(1));
        var later = Noon.AddTicks(3_333_334).AddMilliseconds(400);
        List<Bucket> settled = [];
        budget.Settle(settled, At(Noon, 1), Noon);
        budget.Settle(settled, At(later, 1), Noon);
        Assert.Equal(1, budget.Spent([], [At(later, 1)], later.AddTicks(3_333_333), later.AddTicks(3_333_333)));
        Assert.Equal(1, budget.Spent(settled, [], later.AddTicks(3_333_333), later.AddTicks(3_333_333)));
    }

    [Fact]
    public void Delay_NewAuthority_MovesTheEndByThatMuch()
    {
        var budget = Leaky(30, Minute);
        List<Bucket> settled = [];
        budget.Settle(settled, At(Noon, 7), Noon);
        budget.Delay(settled, TimeSpan.FromSeconds(2));
        Assert.Equal(Noon.AddSeconds(16), budget.ResetsAt(settled, [], Noon));
    }

    [Fact]
    public void Inherit_OtherAmount_BeginsWithTheFullestLevelAndDropsWhatIsNoLimit()
    {
        var (slow, fast, changed) = (Leaky(10, Minute), Leaky(30, Minute), Leaky(20, Minute));
        Dictionary<string, List<Bucket>> settled = new() { [slow.StateKey] = [], [fast.StateKey] = [], ["Requests/Rolling/00:02:00"] = [] };
        slow.Settle(settled[slow.StateKey], At(Noon, 9), Noon);
        fast.Settle(settled[fast.StateKey], At(Noon, 6), Noon);
        SpentInheritance.Apply(settled, [slow, changed], Noon);
        Assert.Equal(["Requests/LeakyBucket/00:01:00/10", "Requests/LeakyBucket/00:01:00/20"], settled.Keys.Order());
        Assert.Equal(9, changed.Spent(settled[changed.StateKey], [], Noon, Noon));
        changed.Settle(settled[changed.StateKey], At(Noon, 1), Noon);
        Assert.Equal((9, 10), (settled[slow.StateKey][0].Amount, settled[changed.StateKey][0].Amount));
    }

    [Fact]
    public void Inherit_RollingWindow_BeginsWithWhatHasNotDrainedAndDropsIt()
    {
        var (rolling, leaky) = (Create(BudgetKind.Rolling, 30), Leaky(30, Minute));
        Dictionary<string, List<Bucket>> settled = new() { [rolling.StateKey] = [] };
        rolling.Settle(settled[rolling.StateKey], At(Noon, 10), Noon);
        rolling.Settle(settled[rolling.StateKey], At(Noon.AddSeconds(30), 20), Noon.AddSeconds(30));
        SpentInheritance.Apply(settled, [leaky], Noon.AddSeconds(40));
        Assert.Equal([leaky.StateKey], settled.Keys);
        Assert.Equal(Noon.AddSeconds(70), leaky.ResetsAt(settled[leaky.StateKey], [], Noon.AddSeconds(40)));
    }

    [Fact]
    public void Inherit_RollingWindowThatIsStillALimit_StaysBesideTheBucket()
    {
        var (rolling, leaky) = (Create(BudgetKind.Rolling, 50), Leaky(30, Minute));
        Dictionary<string, List<Bucket>> settled = new() { [rolling.StateKey] = [] };
        rolling.Settle(settled[rolling.StateKey], At(Noon, 10), Noon);
        SpentInheritance.Apply(settled, [rolling, leaky], Noon);
        Assert.Equal(10, rolling.Spent(settled[rolling.StateKey], [], Noon, Noon));
        Assert.Equal(10, leaky.Spent(settled[leaky.StateKey], [], Noon, Noon));
    }

    /// <summary>The line of a bucket that was never empty says little about how fast another would have drained.</summary>
    [Fact]
    public void Inherit_RaisedAmount_DrainedNoFasterBefore()
    {
        var (slow, fast) = (Leaky(10, Minute), Leaky(60, Minute));
        Dictionary<string, List<Bucket>> settled = new() { [slow.StateKey] = [] };
        slow.Settle(settled[slow.StateKey], At(Noon, 10), Noon);
        slow.Settle(settled[slow.StateKey], At(Noon.AddSeconds(54), 9), Noon.AddSeconds(54));
        SpentInheritance.Apply(settled, [fast], Noon.AddSeconds(54));
        Assert.Equal(10, fast.Spent(settled[fast.StateKey], [], Noon.AddSeconds(54), Noon.AddSeconds(54)));
        Assert.Equal(Noon.AddSeconds(64), fast.ResetsAt(settled[fast.StateKey], [], Noon.AddSeconds(54)));
    }

    [Fact]
    public void Inherit_LevelHeldUpByANewAuthority_StaysHeldUp()
    {
        var (before, now) = (Leaky(10, Minute), Leaky(60, Minute));
        Dictionary<string, List<Bucket>> settled = new() { [before.StateKey] = [] };
        before.Settle(settled[before.StateKey], At(Noon, 10), Noon);
        before.Delay(settled[before.StateKey], TimeSpan.FromSeconds(2));
        SpentInheritance.Apply(settled, [now], Noon.AddSeconds(1));
        Assert.Equal(Noon.AddSeconds(12), now.ResetsAt(settled[now.StateKey], [], Noon.AddSeconds(1)));
    }

    [Fact]
    public void Inherit_LoweredAmount_IsAtMostFull()
    {
        var (before, now) = (Leaky(14_400, Day), Leaky(1000, Day));
        Dictionary<string, List<Bucket>> settled = new() { [before.StateKey] = [] };
        before.Settle(settled[before.StateKey], At(Noon, 9000), Noon);
        SpentInheritance.Apply(settled, [now], Noon.AddSeconds(6));
        Assert.Equal(Noon.AddSeconds(92.4), now.FitsAt(settled[now.StateKey], [], Noon.AddSeconds(6), TimeSpan.Zero, 1));
    }

    [Fact]
    public void Settle_HugeOverrun_IsForgivenAboveTwiceTheAmount()
    {
        var budget = Leaky(10, Day);
        List<Bucket> settled = [];
        budget.Settle(settled, At(Noon, 19), Noon);
        Assert.Equal(Noon + (1.9 * Day), budget.ResetsAt(settled, [], Noon));
        budget.Settle(settled, At(Noon, 2_000_000_000_000_000), Noon);
        Assert.Equal(Noon + (2 * Day), budget.ResetsAt(settled, [], Noon));
    }

    [Theory]
    [InlineData(1_000_000_000_000, 7 * 86_400)]
    [InlineData(999_999_999_989, 7 * 86_400)]
    [InlineData(1_000_000_000_000, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 7 * 86_400)]
    public void FitsAt_LargestAndSmallestLimits_AreExact(long amount, int window)
    {
        var budget = Leaky(amount, TimeSpan.FromSeconds(window));
        List<Bucket> settled = [];
        budget.Settle(settled, At(Noon, amount), Noon);
        var half = Noon.AddSeconds(window / 2.0);
        budget.Forget(settled, half);
        Assert.InRange(budget.Spent(settled, [], half, half), amount / 2, (amount + 1) / 2);
        Assert.Equal(Noon.AddSeconds(window), budget.FitsAt(settled, [], half, TimeSpan.Zero, amount));
        budget.Settle(settled, At(half, amount / 2), half);
        Assert.InRange(budget.Spent(settled, [], half, half), amount - 1, amount);
        Assert.Equal(0, budget.Spent(settled, [], Noon.AddSeconds(2 * window), Noon.AddSeconds(2 * window)));
    }

    /// <summary>Settled in any order, at any time, forgotten in between: never less than the provider's bucket holds, be it twice the amount, and settled in the order of time exactly that.</summary>
    [Fact]
    public void Settle_AnyChargesInAnyOrder_IsNeverBelowTheProvidersBucket() =>
        Gen.Select(Gen.Int[1, 50], Gen.Int[1, 90], Gen.Select(Gen.Int[0, 60_000], Gen.Int[0, 9], Gen.Int[0, 9_000]).Array[1, 40], Gen.Bool)
            .MustHold(
                (amount, window, all, inOrder) =>
                {
                    var definition = new BudgetDefinition(BudgetMetric.Requests, amount, TimeSpan.FromSeconds(window), BudgetKind.LeakyBucket);
                    var twice = new ProviderBucket(definition with { Amount = 2 * amount, Window = 2 * definition.Window });
                    var uses = all.OrderBy(use => use.Item1).Where(use => twice.TryAdd(use.Item1 * TimeSpan.TicksPerMillisecond, use.Item2)).ToArray();
                    var budget = Budget.Create(definition);
                    List<Bucket> settled = [];
                    foreach (var (at, size, delay) in uses.OrderBy(use => inOrder ? use.Item1 : use.Item1 + use.Item3))
                    {
                        var now = Noon.AddMilliseconds(inOrder ? at : at + delay);
                        budget.Forget(settled, now);
                        budget.Settle(settled, At(Noon.AddMilliseconds(at), size), now);
                    }

                    var end = Noon.AddMilliseconds(70_000);
                    var counted = budget.Spent(settled, [], end, end);
                    var real = budget.Spent([], [.. uses.Select(use => At(Noon.AddMilliseconds(use.Item1), use.Item2))], end, end);
                    Assert.Equal(LevelAt(definition, uses.Select(use => (use.Item1, use.Item2)), 70_000), real);
                    Assert.True(inOrder ? counted >= real && counted <= real + 1 : counted >= real);
                },
                iter: 3_000);

    /// <summary>A caller that always wants more, settles each use and asks again at the time it is told, gets all that the bucket drains.</summary>
    [Fact]
    public void FitsAt_HungryForADay_GetsTheAmountAndAllThatDrains()
    {
        var budget = Leaky(1000, Day);
        var bucket = new ProviderBucket(budget.Definition);
        List<Bucket> settled = [];
        var (now, taken) = (Noon, 0);
        for (; now <= Noon + Day; taken++)
        {
            budget.Forget(settled, now);
            budget.Settle(settled, At(now, 1), now);
            Assert.True(bucket.TryAdd(now.UtcTicks, 1));
            now = budget.FitsAt(settled, [], now, TimeSpan.Zero, 1);
        }

        Assert.Equal(2000, taken);
    }

    private static long Spent(Budget budget, Charge[] charges, double seconds) =>
        budget.Spent([], charges, Noon.AddSeconds(seconds), Noon.AddSeconds(seconds));

    private static long LevelAt(BudgetDefinition limit, IEnumerable<(int At, int Size)> uses, int end)
    {
        var (level, last) = (0L, 0);
        foreach (var (at, size) in uses.Append((end, 0)).OrderBy(use => use.Item1))
        {
            level = Math.Max(0, level - (at - last) * limit.Amount) + size * (long)limit.Window.TotalMilliseconds;
            last = at;
        }

        return (level + (long)limit.Window.TotalMilliseconds - 1) / (long)limit.Window.TotalMilliseconds;
    }

    private static Budget Leaky(long amount, TimeSpan window) => Budget.Create(new(BudgetMetric.Requests, amount, window, BudgetKind.LeakyBucket));

    private static Budget Create(BudgetKind kind, long amount) => Budget.Create(new(BudgetMetric.Requests, amount, Minute, kind));
}
