using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>
/// What one silo has spent of a quota under leases that the authority knows to be settled, kept as the authority keeps it. Not safe for concurrent use.
/// </summary>
public sealed class UsageHistory
{
    private List<(Budget Budget, List<Bucket> Settled)> _budgets = [];

    /// <summary>An empty history.</summary>
    /// <param name="definition">The quota's limits.</param>
    public UsageHistory(QuotaDefinition definition) => Redefine(definition);

    /// <summary>Keeps to other limits from now on; what is known of those that stay is kept.</summary>
    /// <param name="definition">The quota's limits.</param>
    public void Redefine(QuotaDefinition definition)
    {
        var before = _budgets.ToDictionary(known => known.Budget.StateKey, known => known.Settled);
        _budgets =
        [
            .. definition.Budgets
                .Where(budget => budget.Metric != BudgetMetric.ConcurrentRequests)
                .Select(Budget.Create)
                .DistinctBy(budget => budget.StateKey)
                .Select(budget => (budget, before.GetValueOrDefault(budget.StateKey) ?? [])),
        ];
    }

    /// <summary>Adds what was used under a settled lease.</summary>
    /// <param name="used">How much.</param>
    /// <param name="lastUse">When the provider had surely received the last of it.</param>
    /// <param name="now">The present.</param>
    public void Add(QuotaAmounts used, DateTimeOffset lastUse, DateTimeOffset now)
    {
        foreach (var (budget, settled) in _budgets)
        {
            budget.Settle(settled, new(lastUse, lastUse, used.Of(budget.Definition.Metric)), now);
        }
    }

    /// <summary>All that still counts.</summary>
    /// <param name="now">The present.</param>
    public ImmutableArray<SpentPart> Parts(DateTimeOffset now)
    {
        var parts = ImmutableArray.CreateBuilder<SpentPart>();
        foreach (var (budget, settled) in _budgets)
        {
            budget.Forget(settled, now);
            parts.AddRange(settled.Select(bucket => new SpentPart(budget.StateKey, bucket.At, bucket.Amount)));
        }

        return parts.ToImmutable();
    }
}
