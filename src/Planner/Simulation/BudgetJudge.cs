using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Planner.Simulation;

/// <summary>Judges from the bare list of what was spent how a limit was used, with arithmetic of its own.</summary>
internal static class BudgetJudge
{
    public static BudgetResult Judge(string quota, BudgetDefinition budget, IReadOnlyList<Spend> spends, DateTimeOffset start, TimeSpan length)
    {
        var used = spends.Sum(spend => spend.Amounts.Of(budget.Metric));
        var levels = LevelsOf(budget, spends, start);
        var exhaustions = ExhaustionsOf(budget, spends, levels, start, length);
        return new(
            quota,
            budget,
            used,
            used / GivesIn(budget, start, length),
            exhaustions.Count == 0 ? null : exhaustions[0].From,
            exhaustions.Aggregate(TimeSpan.Zero, (sum, part) => sum + part.For),
            levels.Count == 0 ? 0 : Math.Max(0, (long)Math.Ceiling(levels.Max() - budget.Amount - 1e-6)));
    }

    /// <summary>What was in the fullest window after each spending.</summary>
    private static List<double> LevelsOf(BudgetDefinition budget, IReadOnlyList<Spend> spends, DateTimeOffset start)
    {
        var levels = new List<double>(spends.Count);
        var (level, first) = (0.0, 0);
        for (var index = 0; index < spends.Count; index++)
        {
            var at = spends[index].At;
            switch (budget.Kind)
            {
                case BudgetKind.LeakyBucket:
                    level = Math.Max(0, level - (index == 0 ? 0 : (at - spends[index - 1].At) / budget.Window * budget.Amount));
                    break;
                case BudgetKind.Rolling:
                    for (; at - spends[first].At > budget.Window; first++)
                    {
                        level -= spends[first].Amounts.Of(budget.Metric);
                    }

                    break;
                default:
                    level = index > 0 && WindowOf(budget, start + at) != WindowOf(budget, start + spends[index - 1].At) ? 0 : level;
                    break;
            }

            level += spends[index].Amounts.Of(budget.Metric);
            levels.Add(level);
        }

        return levels;
    }

    /// <summary>When there was no room for one unit; of tokens: for one in a thousand of the budget.</summary>
    private static List<(TimeSpan From, TimeSpan For)> ExhaustionsOf(
        BudgetDefinition budget, IReadOnlyList<Spend> spends, List<double> levels, DateTimeOffset start, TimeSpan length)
    {
        var room = budget.Metric == BudgetMetric.Requests ? 1 : Math.Max(1, budget.Amount / 1000);
        var found = new List<(TimeSpan, TimeSpan)>();
        for (var index = 0; index < spends.Count; index++)
        {
            if (levels[index] + room <= budget.Amount)
            {
                continue;
            }

            var until = index + 1 < spends.Count ? spends[index + 1].At : length;
            var back = BackAt(budget, spends, index, start);
            found.Add((spends[index].At, (back < until ? back : until) - spends[index].At));
        }

        return found;
    }

    private static TimeSpan BackAt(BudgetDefinition budget, IReadOnlyList<Spend> spends, int full, DateTimeOffset start)
    {
        switch (budget.Kind)
        {
            case BudgetKind.LeakyBucket:
                return spends[full].At + (budget.Window / budget.Amount);
            case BudgetKind.Rolling:
                var first = full;
                while (first > 0 && spends[full].At - spends[first - 1].At <= budget.Window)
                {
                    first--;
                }

                return spends[first].At + budget.Window;
            default:
                var (day, window) = WindowOf(budget, start + spends[full].At);
                var zone = TimeZoneInfo.FindSystemTimeZoneById(budget.TimeZone);
                var end = day + ((window + 1) * budget.Window);
                return end - zone.GetUtcOffset(start + spends[full].At) - start.UtcDateTime;
        }
    }

    /// <summary>How much of a budget could be spent in a time.</summary>
    private static double GivesIn(BudgetDefinition budget, DateTimeOffset start, TimeSpan length)
    {
        switch (budget.Kind)
        {
            case BudgetKind.LeakyBucket:
                return budget.Amount * (1 + (length / budget.Window));
            case BudgetKind.Rolling:
                return budget.Amount * Math.Ceiling((length + TimeSpan.FromTicks(1)) / budget.Window);
            default:
                var (firstDay, firstWindow) = WindowOf(budget, start);
                var (lastDay, lastWindow) = WindowOf(budget, start + length);
                return budget.Amount * (((lastDay - firstDay) / budget.Window) + lastWindow - firstWindow + 1);
        }
    }

    private static (DateTime Day, long Window) WindowOf(BudgetDefinition budget, DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(budget.TimeZone)).DateTime;
        return (local.Date, local.TimeOfDay.Ticks / budget.Window.Ticks);
    }
}
