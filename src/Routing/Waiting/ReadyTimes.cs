using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Waiting;

/// <summary>When a quota will have room, from where its budgets stand.</summary>
public static class ReadyTimes
{
    /// <summary>The earliest time, from now, at which so much can have been taken from every budget of a quota.</summary>
    /// <remarks>
    /// What leases hold may come back unused: where that would be enough, it is only a <see cref="LeaseRules.ReturnPoll"/>. When places of concurrent
    /// requests become free nobody knows: they count as free.
    /// </remarks>
    /// <param name="snapshot">Where it stands.</param>
    /// <param name="age">How long ago that was so.</param>
    /// <param name="needed">What is needed in all: by those in front and by who asks. It may be more than a whole budget.</param>
    public static TimeSpan Of(QuotaSnapshot snapshot, TimeSpan age, QuotaAmounts needed)
    {
        var ready = Later(snapshot.ClosedFor, age);
        foreach (var budget in snapshot.Budgets)
        {
            var at = Of(budget, age, needed.Of(budget.Definition.Metric));
            ready = at > ready ? at : ready;
        }

        return ready;
    }

    private static TimeSpan Of(BudgetSnapshot budget, TimeSpan age, long needed)
    {
        var missing = needed - budget.Remaining;
        if (missing <= 0 || budget.Definition.Metric == BudgetMetric.ConcurrentRequests)
        {
            return TimeSpan.Zero;
        }

        if (missing <= budget.Outstanding)
        {
            return Later(LeaseRules.ReturnPoll, age);
        }

        return budget.Definition.Kind switch
        {
            BudgetKind.Calendar => Later(budget.ResetsIn, age) + ((missing - 1) / AmountOf(budget) * budget.Definition.Window),
            BudgetKind.LeakyBucket when needed > AmountOf(budget) => Later(budget.ResetsIn + DrainOf(budget, needed - AmountOf(budget)), age),
            _ => RollingOf(budget, age, needed),
        };
    }

    // What is taken when something leaves the window leaves it itself a window later.
    private static TimeSpan RollingOf(BudgetSnapshot budget, TimeSpan age, long needed)
    {
        var windows = (needed - 1) / AmountOf(budget);
        needed -= windows * AmountOf(budget);
        return (windows * budget.Definition.Window) + (needed <= budget.Remaining ? TimeSpan.Zero : Later(ReleaseOf(budget, needed), age));
    }

    private static TimeSpan DrainOf(BudgetSnapshot budget, long amount) => budget.Definition.Window * ((double)amount / AmountOf(budget));

    private static long AmountOf(BudgetSnapshot budget) => Math.Max(1, budget.ProviderLimit ?? budget.Definition.Amount);

    private static TimeSpan ReleaseOf(BudgetSnapshot budget, long needed)
    {
        foreach (var release in budget.Releases)
        {
            if (release.Free >= needed)
            {
                return release.After;
            }
        }

        return budget.Releases.IsEmpty ? budget.ResetsIn : budget.Definition.Window;
    }

    private static TimeSpan Later(TimeSpan time, TimeSpan age) => time > age ? time - age : TimeSpan.Zero;
}
