using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Waiting;

/// <summary>When a quota will have room, from where its budgets stand.</summary>
public static class ReadyTimes
{
    /// <summary>The earliest time, from now, at which so much fits into every budget of a quota.</summary>
    /// <param name="snapshot">Where it stands.</param>
    /// <param name="age">How long ago that was so.</param>
    /// <param name="needed">What is needed in all: by those in front and by who asks. It may be more than a whole budget.</param>
    public static TimeSpan Of(QuotaSnapshot snapshot, TimeSpan age, QuotaAmounts needed)
    {
        var ready = snapshot.ClosedFor;
        foreach (var budget in snapshot.Budgets)
        {
            var at = Of(budget, needed.Of(budget.Definition.Metric));
            ready = at > ready ? at : ready;
        }

        return ready > age ? ready - age : TimeSpan.Zero;
    }

    // What is more than a whole budget takes as many windows more.
    private static TimeSpan Of(BudgetSnapshot budget, long needed)
    {
        var (amount, window) = (budget.Definition.Amount, budget.Definition.Window);
        var windows = needed > amount ? (needed - 1) / amount : 0;
        needed -= windows * amount;
        return (windows * window) + (needed <= budget.Remaining ? TimeSpan.Zero : AfterOf(budget, needed));
    }

    private static TimeSpan AfterOf(BudgetSnapshot budget, long needed)
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
}
