using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>What a lease that is not settled counts as.</summary>
internal static class LeaseCharges
{
    /// <summary>When the last request sent under a lease has surely reached the provider, if nothing else is reported.</summary>
    public static DateTimeOffset EndOf(LeaseRecord lease) => lease.GrantedAt + lease.Lifetime + LeaseRules.ReceiptMargin + lease.Slack;

    /// <summary>
    /// What counts against a budget: the whole lease while it is open, afterwards what was used. A lease from before the budget may hold more than
    /// all of it.
    /// </summary>
    public static Charge Of(LeaseRecord lease, BudgetDefinition budget, DateTimeOffset now)
    {
        var used = lease.Used.Of(budget.Metric);
        return At(lease, budget, lease.Closed ? used : Math.Max(used, Math.Min(lease.Amounts.Of(budget.Metric), budget.Amount)));
    }

    /// <summary>What is known to be used or in flight.</summary>
    public static Charge UsedOf(LeaseRecord lease, BudgetDefinition budget, DateTimeOffset now) => At(lease, budget, lease.Used.Of(budget.Metric));

    /// <summary>
    /// What will surely not come back: requests that were used, received by <paramref name="now"/> as far as the next report may say. Tokens
    /// in flight mostly come back in part.
    /// </summary>
    public static Charge CertainOf(LeaseRecord lease, BudgetDefinition budget, DateTimeOffset now)
    {
        var charge = At(lease, budget, budget.Metric == BudgetMetric.Requests ? lease.Used.Requests : 0);
        return charge.To > now ? charge with { To = now > charge.From ? now : charge.From } : charge;
    }

    private static Charge At(LeaseRecord lease, BudgetDefinition budget, long amount)
    {
        var from = lease.GrantedAt - lease.Slack;
        if (budget.Metric == BudgetMetric.ConcurrentRequests)
        {
            var (silent, expired) = (lease.HeardAt + budget.Window, lease.GrantedAt + lease.Lifetime + lease.Slack);
            return new(from, silent > expired ? silent : expired, amount);
        }

        var last = lease.GrantedAt + lease.LastUse + lease.Slack;
        var end = EndOf(lease);
        return new(from, lease.Closed || last > end ? last : end, amount);
    }
}
