using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Tests.Optimum;

/// <summary>The most requests of a tiny scenario that can be served, found by trying every choice of target and some choices of time.</summary>
internal sealed class BruteForce
{
    private readonly Scenario _scenario;
    private readonly TimeSpan[] _delays;
    private readonly List<(TimeSpan At, int Target, TraceEntry Request)> _served = [];
    private int _most;

    private BruteForce(Scenario scenario)
    {
        _scenario = scenario;
        _delays = [.. new[] { TimeSpan.Zero, scenario.Patience / 3, scenario.Patience }.Distinct()];
    }

    public static int MostServed(Scenario scenario)
    {
        var search = new BruteForce(scenario);
        search.Try(0);
        return search._most;
    }

    private void Try(int index)
    {
        _most = Math.Max(_most, _served.Count);
        if (_served.Count + _scenario.Requests.Length - index <= _most) return;
        var request = _scenario.Requests[index];
        for (var target = 0; target < _scenario.Catalog.Targets.Length; target++)
        {
            foreach (var delay in _delays)
            {
                _served.Add((request.Offset + delay, target, request));
                if (IsAllowed(target)) Try(index + 1);
                _served.RemoveAt(_served.Count - 1);
            }
        }

        Try(index + 1);
    }

    private bool IsAllowed(int target)
    {
        var definition = _scenario.Catalog.Targets[target];
        var uses = _served.Where(use => use.Target == target).OrderBy(use => use.At).ToList();
        return _scenario.Catalog.Quotas.Find(definition.QuotaKey)!.Budgets.All(budget => IsKept(
            budget, [.. uses.Select(use => (use.At, QuotaAmounts.OfRequest(
                use.Request.ContextTokens, use.Request.GeneratedTokens,
                definition.CostOf(use.Request.ContextTokens, use.Request.GeneratedTokens)).Of(budget.Metric)))]));
    }

    private bool IsKept(BudgetDefinition budget, List<(TimeSpan At, long Amount)> uses) => budget.Kind switch
    {
        BudgetKind.Rolling => uses.TrueForAll(first =>
            uses.Where(use => use.At >= first.At && use.At < first.At + budget.Window).Sum(use => use.Amount) <= budget.Amount),
        BudgetKind.Calendar => uses.GroupBy(use => WindowOf(budget, use.At)).All(window => window.Sum(use => use.Amount) <= budget.Amount),
        _ => IsLevelKept(budget, uses),
    };

    private long WindowOf(BudgetDefinition budget, TimeSpan at) =>
        TimeZoneInfo.ConvertTime(_scenario.Start + at, TimeZoneInfo.FindSystemTimeZoneById(budget.TimeZone)).DateTime.Ticks / budget.Window.Ticks;

    private static bool IsLevelKept(BudgetDefinition budget, List<(TimeSpan At, long Amount)> uses)
    {
        var (level, since) = (0.0, TimeSpan.Zero);
        foreach (var (at, amount) in uses)
        {
            level = Math.Max(0, level - ((at - since) / budget.Window * budget.Amount)) + amount;
            since = at;
            if (level > budget.Amount + 1e-9) return false;
        }

        return true;
    }
}
