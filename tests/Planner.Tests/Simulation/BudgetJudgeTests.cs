using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Simulation;
using static ThotNet.Planner.Tests.Scenarios.SmallScenario;

namespace ThotNet.Planner.Tests.Simulation;

public sealed class BudgetJudgeTests
{
    [Fact]
    public void Judge_NothingSpent_IsNothing()
    {
        var result = Judge(Budget(BudgetMetric.Requests, 2, 60), 120);

        Assert.Equal((0L, 0.0, null, TimeSpan.Zero, 0L), (result.Used, result.Utilisation, result.ExhaustedAt, result.ExhaustedFor, result.Overspend));
    }

    [Fact]
    public void Judge_Rolling_LooksAtAnyWindow()
    {
        // Three in the minute from 30 s to 90 s, though never in one that begins at a whole minute.
        var result = Judge(Budget(BudgetMetric.Requests, 2, 60), 119, 30, 50, 70);

        Assert.Equal((3L, 0.75, 1L), (result.Used, result.Utilisation, result.Overspend));
        Assert.Equal(TimeSpan.FromSeconds(50), result.ExhaustedAt);
    }

    [Fact]
    public void Judge_Calendar_LooksAtItsOwnWindows()
    {
        var result = Judge(Budget(BudgetMetric.Requests, 2, 60, BudgetKind.Calendar), 119, 30, 50, 70);

        Assert.Equal((3L, 0.75, 0L), (result.Used, result.Utilisation, result.Overspend));
        Assert.Equal((TimeSpan.FromSeconds(50), TimeSpan.FromSeconds(10)), (result.ExhaustedAt, result.ExhaustedFor));
    }

    [Fact]
    public void Judge_CalendarOfAnotherZone_BeginsItsDayThere()
    {
        // Midnight in Kolkata is 18:30 UTC.
        double[] spends = [18.4 * 3600, 18.6 * 3600];

        Assert.Equal(0, Judge(Budget(BudgetMetric.Requests, 1, 86_400, BudgetKind.Calendar, "Asia/Kolkata"), 86_000, spends).Overspend);
        Assert.Equal(1, Judge(Budget(BudgetMetric.Requests, 1, 86_400, BudgetKind.Calendar), 86_000, spends).Overspend);
    }

    [Fact]
    public void Judge_LeakyBucket_Drains()
    {
        // One each 30 s drains.
        var bucket = Budget(BudgetMetric.Requests, 2, 60, BudgetKind.LeakyBucket);

        Assert.Equal(0, Judge(bucket, 60, 0, 0, 30, 60).Overspend);
        Assert.Equal(1, Judge(bucket, 60, 0, 0, 29).Overspend);
        Assert.Equal(1, Judge(bucket, 60, 0, 0, 30, 60).Utilisation);
    }

    private static BudgetResult Judge(BudgetDefinition budget, double length, params double[] spends) => BudgetJudge.Judge(
        "q", budget, [.. spends.Select(at => new Spend(TimeSpan.FromSeconds(at), new QuotaAmounts(1, 0)))], Midnight, TimeSpan.FromSeconds(length));
}
