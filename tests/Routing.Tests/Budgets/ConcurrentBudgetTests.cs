using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Budgets;

public sealed class ConcurrentBudgetTests : BudgetContract
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Spent_UntilTheLatestMoment_ThenFree()
    {
        Assert.Equal(7, Create().Spent([], [At(Noon, 7)], Noon + Hour - TimeSpan.FromTicks(1), Noon + Hour));
        Assert.Equal(0, Create().Spent([], [At(Noon, 7)], Noon + Hour, Noon + Hour));
    }

    [Fact]
    public void Settle_WhatHasEnded_HoldsNoPlace()
    {
        List<Bucket> settled = [];
        Create().Settle(settled, At(Noon, 7), Noon);
        Create().Merge(settled, [new Bucket { At = Noon.ToUnixTimeMilliseconds(), Amount = 7 }], Noon);
        Assert.Empty(settled);
    }

    [Fact]
    public void ResetsAt_PlacesTaken_IsNotKnown() => Assert.Null(Create().ResetsAt([], [At(Noon, 7)], Noon));

    [Fact]
    public void IsPast_NothingRuns_IsTrueAtOnce() => Assert.True(Create().IsPast(At(Noon, 0), Noon));

    protected override Budget Create(long amount = 100) =>
        Budget.Create(new(BudgetMetric.ConcurrentRequests, amount, Hour, BudgetKind.Rolling));

    /// <inheritdoc/>
    protected override Charge At(DateTimeOffset time, long amount) => new(time, time + Hour, amount);
}
