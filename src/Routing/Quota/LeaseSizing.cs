using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Quota;

/// <summary>How much of what is left one lease gets.</summary>
public static class LeaseSizing
{
    /// <summary>What a lease holds of a metric that no budget counts: it must never run dry in it.</summary>
    public const long Unlimited = 1L << 50;

    /// <summary>Into how many leases an amount of a long window is divided at least.</summary>
    private const int LeasesOfLongWindow = 100;

    /// <summary>The size in one metric, as one budget has it.</summary>
    /// <param name="wanted">What the silo waits for, and its demand of the next <see cref="LeaseRules.Horizon"/>.</param>
    /// <param name="least">Less than this is of no use; it fits.</param>
    /// <param name="remaining">What is left of the budget.</param>
    /// <param name="budget">The whole budget.</param>
    /// <param name="liveSilos">How many silos may ask; at least 1.</param>
    public static long Of(long wanted, long least, long remaining, BudgetDefinition budget, int liveSilos)
    {
        var most = Math.Min(wanted, remaining / (2L * liveSilos));
        if (budget.Metric != BudgetMetric.ConcurrentRequests && budget.Window >= LeaseRules.LongWindow)
        {
            most = Math.Min(most, budget.Amount / LeasesOfLongWindow);
        }

        return Math.Max(least, most);
    }
}
