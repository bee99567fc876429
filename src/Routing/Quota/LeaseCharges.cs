using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>What a lease that is not settled counts as.</summary>
internal static class LeaseCharges
{
    /// <summary>When the last request sent under a lease has surely reached the provider, if nothing else is reported.</summary>
    public static DateTimeOffset EndOf(LeaseRecord lease) => lease.GrantedAt + lease.Lifetime + LeaseRules.ReceiptMargin + lease.Slack;

    /// <summary>What counts against the budgets: the whole lease while it is open, afterwards what was used.</summary>
    public static Charge Of(LeaseRecord lease, BudgetMetric metric)
    {
        var used = lease.Used.Of(metric);
        return At(lease, lease.Closed ? used : Math.Max(used, lease.Amounts.Of(metric)));
    }

    /// <summary>What is known to be used or in flight.</summary>
    public static Charge UsedOf(LeaseRecord lease, BudgetMetric metric) => At(lease, lease.Used.Of(metric));

    /// <summary>
    /// What will surely not come back: requests that were used, received by <paramref name="now"/> as far as the next report may say. Tokens
    /// in flight mostly come back in part.
    /// </summary>
    public static Charge CertainOf(LeaseRecord lease, BudgetMetric metric, DateTimeOffset now)
    {
        var charge = At(lease, metric == BudgetMetric.Requests ? lease.Used.Requests : 0);
        return charge.To > now ? charge with { To = now > charge.From ? now : charge.From } : charge;
    }

    private static Charge At(LeaseRecord lease, long amount)
    {
        var last = lease.GrantedAt + lease.LastUse + lease.Slack;
        var end = EndOf(lease);
        return new(lease.GrantedAt - lease.Slack, lease.Closed || last > end ? last : end, amount);
    }
}
