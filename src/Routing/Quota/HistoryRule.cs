using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>How the spending of single silos is kept, so that the parts of several can be added up.</summary>
internal static class HistoryRule
{
    /// <summary>
    /// A window as it is; a leaky bucket as a window of twice its length, because the levels of several silos, each drained for itself, say nothing
    /// about the level of all. What was spent earlier matters only if the bucket was never empty since.
    /// </summary>
    public static Budget Of(BudgetDefinition definition) => Budget.Create(
        definition.Kind == BudgetKind.LeakyBucket ? definition with { Kind = BudgetKind.Rolling, Window = 2 * definition.Window } : definition);

    /// <summary>The name of a budget in histories: that of its state without the amount, which may differ between silos for a while.</summary>
    public static string KeyOf(BudgetDefinition definition)
    {
        var key = $"{definition.Metric}/{definition.Kind}/{definition.Window:c}";
        return definition.Kind == BudgetKind.Calendar ? $"{key}/{definition.TimeZone}" : key;
    }
}
