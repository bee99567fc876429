using System.Collections.Immutable;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Optimum;

/// <summary>
/// A scenario as the linear program sees it. Rows that no choice of targets could fill are left out, and time blocks with the same rows left are one
/// place: most of a quiet day is then a single one.
/// </summary>
internal sealed class BoundModel
{
    private const int MostBlocks = 4096;
    private readonly Dictionary<string, int> _placeOfRows = new(StringComparer.Ordinal);
    private readonly List<int[]> _places = [];
    private readonly int[] _placeOfBlock;

    public BoundModel(Scenario scenario)
    {
        Scenario = scenario;
        Blocks = new(scenario, MostBlocks);
        Budgets = BudgetRows.Create(scenario, Blocks);
        Targets = [.. scenario.Catalog.Targets.Select(target => new BoundTarget(target, IndicesOf(target.QuotaKey)))];
        for (var budget = 0; budget < Budgets.Length; budget++) Budgets[budget].LeaveOutSlackRows(MostUseOf(budget));
        _placeOfBlock = [.. Enumerable.Range(0, Blocks.Count).Select(FindPlace)];
    }

    public Scenario Scenario { get; }

    public TimeBlocks Blocks { get; }

    public ImmutableArray<BudgetRows> Budgets { get; }

    public ImmutableArray<BoundTarget> Targets { get; }

    /// <summary>Each place: for each budget its row, or -1 where it cannot bind.</summary>
    public IReadOnlyList<int[]> Places => _places;

    /// <summary>Every place in which a request can be served.</summary>
    public IEnumerable<int> PlacesOf(TraceEntry request)
    {
        var (first, last) = Blocks.ReachOf(request.Offset);
        for (var block = first; block <= last; block++)
        {
            if (block == first || _placeOfBlock[block] != _placeOfBlock[block - 1]) yield return _placeOfBlock[block];
        }
    }

    /// <summary>Whether a request is small enough for all budgets of a target.</summary>
    public bool Fits(TraceEntry request, BoundTarget target)
    {
        foreach (var budget in target.Budgets)
        {
            if (Budgets[budget].UseOf(request, target.Definition) > Budgets[budget].Definition.Amount) return false;
        }

        return true;
    }

    private ImmutableArray<int> IndicesOf(string quota) =>
        [.. Enumerable.Range(0, Budgets.Length).Where(budget => Budgets[budget].Quota == quota)];

    // What each row would hold if every request that can be served in it were.
    private double[] MostUseOf(int budget)
    {
        var rows = Budgets[budget];
        var spenders = Targets.Where(target => target.Budgets.Contains(budget)).ToList();
        var use = new double[rows.Capacities.Length];
        foreach (var request in Scenario.Requests)
        {
            var most = spenders.Count == 0 ? 0 : spenders.Max(target => rows.UseOf(request, target.Definition));
            var (first, last) = Blocks.ReachOf(request.Offset);
            for (var row = rows.RowOfBlock[first]; row <= rows.RowOfBlock[last]; row++) use[row] += most;
        }

        return use;
    }

    private int FindPlace(int block)
    {
        int[] rows = [.. Budgets.Select(budget => budget.IsSlack(budget.RowOfBlock[block]) ? -1 : budget.RowOfBlock[block])];
        var key = string.Join(',', rows);
        if (_placeOfRows.TryGetValue(key, out var known)) return known;
        _places.Add(rows);
        return _placeOfRows[key] = _places.Count - 1;
    }
}

/// <summary>A target and its budgets, as indices in <see cref="BoundModel.Budgets"/>.</summary>
internal sealed record BoundTarget(TargetDefinition Definition, ImmutableArray<int> Budgets);
