using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;
using ThotNet.Routing;
using ThotNet.Routing.Budgets;

namespace ThotNet.Planner.Optimum;

/// <summary>
/// What one budget allows, as rows of the linear program: the use of all time blocks of a row together is at most the row's capacity. A leaky bucket
/// besides has a level at the end of each row, from 0 to its amount, that takes up or gives back what use and drain differ by.
/// </summary>
/// <remarks>
/// No true use breaks a row. Windows: a row's blocks touch the same windows, each of which holds at most the amount (of a rolling budget, these
/// are those that begin at multiples of its length, some of all). Leaky buckets: the true level at the end of a row is at least that at its start plus
/// the use less the drain, and never above the amount.
/// </remarks>
internal sealed class BudgetRows
{
    // Levels of long leaky buckets are only looked at so often in a window: a few dozen are as good as all.
    private const int LevelsPerWindow = 96;

    private readonly bool[] _isSlack;

    private BudgetRows(string quota, BudgetDefinition definition, int[] rowOfBlock, double[] capacities)
    {
        Quota = quota;
        Definition = definition;
        RowOfBlock = rowOfBlock;
        Capacities = capacities;
        _isSlack = new bool[capacities.Length];
        Levels = new double[capacities.Length];
    }

    /// <summary>Key of its quota.</summary>
    public string Quota { get; }

    /// <summary>The limit.</summary>
    public BudgetDefinition Definition { get; }

    /// <summary>The row that each time block belongs to; they only rise.</summary>
    public int[] RowOfBlock { get; }

    /// <summary>What each row holds; of a leaky bucket what drains in it.</summary>
    public double[] Capacities { get; }

    /// <summary>The highest level that a leaky bucket can have at the end of each row.</summary>
    public double[] Levels { get; }

    /// <summary>Whether rows are linked by the level of a leaky bucket.</summary>
    public bool HasLevel => Definition.Kind == BudgetKind.LeakyBucket;

    /// <summary>Whether a row cannot bind, whatever is chosen.</summary>
    public bool IsSlack(int row) => _isSlack[row];

    /// <summary>Whether any row can bind.</summary>
    public bool Binds => Array.Exists(_isSlack, slack => !slack);

    /// <summary>The most that all rows together can be paid.</summary>
    public double IncomeOf(double[] prices) =>
        Capacities.Zip(prices, (capacity, price) => capacity * price).Sum() + Levels.Select((level, row) => level * FallAfter(prices, row)).Sum();

    /// <summary>By how much <see cref="IncomeOf"/> would rise with one more unit of the budget's amount.</summary>
    public double WorthOf(double[] prices) =>
        (Capacities.Zip(prices, (capacity, price) => capacity * price).Sum() / Definition.Amount)
        + Levels.Select((level, row) => level >= Definition.Amount ? FallAfter(prices, row) : 0).Sum();

    // A bucket takes up use where it is dear and gives it back where it is cheap.
    private double FallAfter(double[] prices, int row) =>
        HasLevel ? Math.Max(0, prices[row] - (row + 1 < prices.Length ? prices[row + 1] : 0)) : 0;

    /// <summary>Finds the rows that cannot bind, and the levels that are possible.</summary>
    /// <param name="mostUse">What each row would hold if all that can be served in it were.</param>
    public void LeaveOutSlackRows(double[] mostUse)
    {
        var begin = 0;
        var (level, isSlack) = (0.0, true);
        for (var row = 0; row < mostUse.Length; row++)
        {
            level = HasLevel ? Math.Max(0, level + mostUse[row] - Capacities[row]) : 0;
            Levels[row] = Math.Min(level, Definition.Amount);
            isSlack &= HasLevel ? level <= Definition.Amount : mostUse[row] <= Capacities[row];
            if (level > 0 && row < mostUse.Length - 1) continue;
            // The bucket is surely empty here, so that what comes later does not depend on what was before.
            Array.Fill(_isSlack, isSlack, begin, row + 1 - begin);
            (begin, isSlack) = (row + 1, true);
        }
    }

    /// <summary>What a request spends of it at a target.</summary>
    public double UseOf(TraceEntry request, TargetDefinition target) => Definition.Metric switch
    {
        BudgetMetric.Requests => 1,
        BudgetMetric.Tokens => (double)request.ContextTokens + request.GeneratedTokens,
        BudgetMetric.InputTokens => request.ContextTokens,
        BudgetMetric.OutputTokens => request.GeneratedTokens,
        BudgetMetric.Cost => target.CostOf(request.ContextTokens, request.GeneratedTokens),
        _ => throw new InvalidOperationException($"No row counts {Definition.Metric}."),
    };

    /// <summary>The rows of all budgets. Requests under way at once are left out: how long an answer takes is not in a trace.</summary>
    public static ImmutableArray<BudgetRows> Create(Scenario scenario, TimeBlocks blocks) =>
    [
        .. from quota in scenario.Catalog.Quotas.All
           from budget in quota.Budgets
           where budget.Metric != BudgetMetric.ConcurrentRequests
           select budget.Kind == BudgetKind.LeakyBucket ? Leaky(quota.Key, budget, blocks) : Windows(quota.Key, budget, blocks, WindowEnds(budget, scenario.Start)),
    ];

    private static BudgetRows Leaky(string quota, BudgetDefinition budget, TimeBlocks blocks)
    {
        var step = (int)Math.Max(1, budget.Window.Ticks / LevelsPerWindow / blocks.Width.Ticks);
        var drained = budget.Amount * (step * blocks.Width / budget.Window);
        return new(quota, budget, [.. Enumerable.Range(0, blocks.Count).Select(block => block / step)],
            [.. Enumerable.Repeat(drained, ((blocks.Count - 1) / step) + 1)]);
    }

    private static BudgetRows Windows(string quota, BudgetDefinition budget, TimeBlocks blocks, IEnumerable<TimeSpan> ends)
    {
        var rows = new int[blocks.Count];
        var capacities = new List<double>();
        using var end = ends.GetEnumerator();
        end.MoveNext();
        var last = (First: -1, Last: -1);
        for (var (block, window) = (0, 0); block < rows.Length; block++)
        {
            for (; end.Current <= blocks.StartOf(block); window++) end.MoveNext();
            var first = window;
            for (; end.Current < blocks.StartOf(block + 1); window++) end.MoveNext();
            if ((first, window) != last) capacities.Add((window - first + 1) * (double)budget.Amount);
            last = (first, window);
            rows[block] = capacities.Count - 1;
        }

        return new(quota, budget, rows, [.. capacities]);
    }

    private static IEnumerable<TimeSpan> WindowEnds(BudgetDefinition budget, DateTimeOffset start)
    {
        if (budget.Kind == BudgetKind.Rolling)
        {
            for (var end = budget.Window; ; end += budget.Window) yield return end;
        }

        var calendar = new CalendarBudget(budget);
        for (var at = start; ;)
        {
            at = calendar.ResetsAt([], [new Charge(at, at, 1)], at)!.Value;
            yield return at - start;
        }
    }
}
