using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing;

/// <summary>All budgets that share one authority.</summary>
/// <param name="Key">The quota's key: <c>provider/openrouter/default</c>, or <c>key/ID</c> for the limits of a caller's key.</param>
/// <param name="Budgets">The limits; none means that nothing limits it.</param>
public sealed record QuotaDefinition(string Key, ImmutableArray<BudgetDefinition> Budgets)
{
    /// <summary>
    /// Which part of the budgets of an hour and longer may be granted while an authority that has lost its state has not heard from every live
    /// silo: 0 to 1.
    /// </summary>
    public double SafeShare { get; init; }

    /// <summary>
    /// Whether an authority without stored state first asks the silos what they spent. Limits of callers do without: nobody charges us for them.
    /// </summary>
    public bool Learns { get; init; } = true;
}
