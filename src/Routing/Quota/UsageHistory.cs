using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>
/// What one silo has spent of a quota, as long as it counts, by the rule of each budget: at most some 120 parts a budget. An authority that has
/// lost its state learns from it. Not safe for concurrent use.
/// </summary>
public sealed class UsageHistory
{
    private List<Series> _series = [];

    /// <summary>An empty history.</summary>
    /// <param name="definition">The quota's limits.</param>
    public UsageHistory(QuotaDefinition definition) => Redefine(definition);

    /// <summary>Keeps to other limits from now on; what is known of those that stay is kept.</summary>
    public void Redefine(QuotaDefinition definition)
    {
        var before = _series;
        _series = definition.Budgets
            .Where(budget => budget.Metric != BudgetMetric.ConcurrentRequests)
            .Select(budget => new Series(HistoryRule.KeyOf(budget), HistoryRule.Of(budget)))
            .DistinctBy(series => series.Key)
            .Select(series => before.Find(known => known.Key == series.Key) ?? series)
            .ToList();
    }

    /// <summary>Adds the use of a lease that the authority knows to be settled.</summary>
    /// <param name="used">What was used.</param>
    /// <param name="lastUse">When the provider had surely received the last of it.</param>
    /// <param name="now">The present, by the same clock.</param>
    public void Add(QuotaAmounts used, DateTimeOffset lastUse, DateTimeOffset now)
    {
        foreach (var (_, rule, parts) in _series)
        {
            rule.Forget(parts, now);
            rule.Settle(parts, new(lastUse, lastUse, used.Of(rule.Definition.Metric)), now);
        }
    }

    /// <summary>All that still counts.</summary>
    public ImmutableArray<SpentPart> Parts(DateTimeOffset now)
    {
        var all = ImmutableArray.CreateBuilder<SpentPart>();
        foreach (var (key, rule, parts) in _series)
        {
            rule.Forget(parts, now);
            parts.ForEach(part => all.Add(new(key, part.At, part.Amount)));
        }

        return all.ToImmutable();
    }

    private sealed record Series(string Key, Budget Rule)
    {
        public List<Bucket> Parts { get; } = [];

        public void Deconstruct(out string key, out Budget rule, out List<Bucket> parts) => (key, rule, parts) = (Key, Rule, Parts);
    }
}
