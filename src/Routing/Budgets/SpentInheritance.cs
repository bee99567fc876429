using System.Globalization;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// Lets what was spent still count after limits were changed. A limit that has no settled amounts yet begins with the fullest of those stored for
/// others of its metric, of the same length if there are any. Those that are no limits any more are dropped, because nothing keeps them up to date.
/// </summary>
internal static class SpentInheritance
{
    /// <summary>Brings the stored amounts in line with the limits that there are now.</summary>
    public static void Apply(Dictionary<string, List<Bucket>> settled, IReadOnlyCollection<Budget> budgets, DateTimeOffset now)
    {
        var begun = budgets.Where(budget => !settled.ContainsKey(budget.StateKey)).DistinctBy(budget => budget.StateKey)
            .Select(budget => (budget.StateKey, Settled: Fullest(budget, settled, now)))
            .ToList();
        foreach (var key in settled.Keys.Where(key => budgets.All(budget => budget.StateKey != key)).ToList())
        {
            settled.Remove(key);
        }

        begun.ForEach(begin => settled[begin.StateKey] = begin.Settled);
    }

    private static List<Bucket> Fullest(Budget budget, Dictionary<string, List<Bucket>> settled, DateTimeOffset now)
    {
        var others = settled.Select(pair => (Definition: Parse(pair.Key), Settled: pair.Value))
            .Where(other => other.Definition.Metric == budget.Definition.Metric && budget is not ConcurrentBudget)
            .ToList();
        var alike = others.FindAll(other => other.Definition.Window == budget.Definition.Window);
        return (alike.Count > 0 ? alike : others)
            .Select(other => Convert(other.Definition, other.Settled, budget, now))
            .MaxBy(converted => (budget.Spent(converted, [], now, now), budget.ResetsAt(converted, [], now) ?? now)) ?? [];
    }

    private static List<Bucket> Convert(BudgetDefinition from, List<Bucket> settled, Budget to, DateTimeOffset now)
    {
        List<Bucket> converted = [];
        if (to is LeakyBucketBudget bucket && from.Kind == BudgetKind.LeakyBucket)
        {
            bucket.BeginWith(converted, from, settled, now);
        }
        else if (to is LeakyBucketBudget leaky)
        {
            leaky.BeginWith(converted, ChargesOf(from, settled, now), now);
        }
        else
        {
            foreach (var charge in ChargesOf(from, settled, now))
            {
                to.Settle(converted, charge, now);
            }
        }

        return converted;
    }

    private static IEnumerable<Charge> ChargesOf(BudgetDefinition from, List<Bucket> settled, DateTimeOffset now)
    {
        switch (Budget.Create(from))
        {
            case LeakyBucketBudget leaky:
                return [new(now - from.Window, now, leaky.MostInWindow(settled, now))];
            case CalendarBudget calendar:
                return settled.Select(bucket => DuringWindow(calendar.WindowAt(MomentOf(bucket)), bucket.Amount, now)).OrderBy(charge => charge.To);
            default:
                return settled.Select(bucket => new Charge(MomentOf(bucket) - (from.Window / RollingBudget.Steps), MomentOf(bucket), bucket.Amount));
        }
    }

    private static Charge DuringWindow((DateTimeOffset Start, DateTimeOffset End) window, long amount, DateTimeOffset now)
    {
        var end = window.Start > now ? window.Start : window.End < now ? window.End : now;
        return new(window.Start, end, amount);
    }

    private static DateTimeOffset MomentOf(Bucket bucket) => DateTimeOffset.FromUnixTimeMilliseconds(bucket.At);

    private static BudgetDefinition Parse(string key)
    {
        var parts = key.Split('/', 4);
        var kind = parts.Length > 1 ? Enum.Parse<BudgetKind>(parts[1]) : BudgetKind.Rolling;
        return new(
            Enum.Parse<BudgetMetric>(parts[0]),
            kind == BudgetKind.LeakyBucket ? long.Parse(parts[3], CultureInfo.InvariantCulture) : 1,
            TimeSpan.ParseExact(parts[2], "c", CultureInfo.InvariantCulture),
            kind,
            kind == BudgetKind.Calendar ? parts[3] : "UTC");
    }
}
