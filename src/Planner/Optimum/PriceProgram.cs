using Google.OrTools.LinearSolver;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Optimum;

/// <summary>
/// The linear program: as many requests as possible, each at most once, in parts too, in rows that hold no more than they can. Requests of the same
/// places and nearly the same size are one variable each target and place. Only its prices are used, so it need not be exact.
/// </summary>
internal sealed class PriceProgram : IDisposable
{
    private const int MostGroups = 30_000;
    private static readonly double[] SizeRatios = [1.02, 1.05, 1.1, 1.25, 1.5, 2, 4, 16];
    private static readonly TimeSpan LongestSolve = TimeSpan.FromSeconds(60);

    private readonly Solver _solver = Solver.CreateSolver("GLOP") ?? throw new InvalidOperationException("The solver GLOP is missing.");
    private readonly BoundModel _model;
    private readonly Constraint?[][] _rows;

    private PriceProgram(BoundModel model)
    {
        _model = model;
        _rows = [.. model.Budgets.Select(AddRows)];
        foreach (var group in GroupRequests(model)) AddGroup(group);
        _solver.Objective().SetMaximization();
    }

    /// <summary>Solves it.</summary>
    /// <returns>For each budget the price of each row; 0 for all when the solver gave up.</returns>
    public static double[][] Solve(BoundModel model, CancellationToken cancellation)
    {
        using var program = new PriceProgram(model);
        using var interruption = cancellation.Register(() => program._solver.InterruptSolve());
        program._solver.SetTimeLimit((long)LongestSolve.TotalMilliseconds);
        var isSolved = program._solver.Solve() == Solver.ResultStatus.OPTIMAL;
        cancellation.ThrowIfCancellationRequested();
        return [.. program._rows.Select(rows => rows.Select(row => isSolved && row is not null ? Math.Max(0, row.DualValue()) : 0).ToArray())];
    }

    public void Dispose() => _solver.Dispose();

    private Constraint?[] AddRows(BudgetRows budget)
    {
        var rows = new Constraint?[budget.Capacities.Length];
        for (var row = 0; row < rows.Length; row++)
        {
            if (!budget.IsSlack(row)) rows[row] = _solver.MakeConstraint(double.NegativeInfinity, budget.Capacities[row]);
        }

        for (var row = 0; budget.HasLevel && row < rows.Length; row++)
        {
            if (rows[row] is not { } here) continue;
            var level = _solver.MakeNumVar(0, budget.Levels[row], "");
            here.SetCoefficient(level, -1);
            if (row + 1 < rows.Length) rows[row + 1]?.SetCoefficient(level, 1);
        }

        return rows;
    }

    private void AddGroup(List<TraceEntry> group)
    {
        var once = _solver.MakeConstraint(double.NegativeInfinity, group.Count);
        foreach (var target in _model.Targets.Where(target => _model.Fits(group[0], target)))
        {
            double[] uses = [.. target.Budgets.Select(budget => group.Average(request => _model.Budgets[budget].UseOf(request, target.Definition)))];
            foreach (var place in _model.PlacesOf(group[0])) AddChoice(once, target, uses, _model.Places[place]);
        }
    }

    private void AddChoice(Constraint once, BoundTarget target, double[] uses, int[] place)
    {
        var choice = _solver.MakeNumVar(0, double.PositiveInfinity, "");
        _solver.Objective().SetCoefficient(choice, 1);
        once.SetCoefficient(choice, 1);
        for (var index = 0; index < uses.Length; index++)
        {
            var budget = target.Budgets[index];
            if (place[budget] >= 0) _rows[budget][place[budget]]!.SetCoefficient(choice, uses[index]);
        }
    }

    private static List<List<TraceEntry>> GroupRequests(BoundModel model)
    {
        var ratio = 0;
        var groups = GroupRequests(model, SizeRatios[ratio]);
        while (groups.Count > MostGroups && ++ratio < SizeRatios.Length) groups = GroupRequests(model, SizeRatios[ratio]);
        return groups;
    }

    private static List<List<TraceEntry>> GroupRequests(BoundModel model, double ratio)
    {
        var counted = model.Budgets.Where(budget => budget.Binds).Select(budget => budget.Definition.Metric).ToHashSet();
        var total = counted.Contains(BudgetMetric.Tokens);
        var apart = counted.Overlaps([BudgetMetric.InputTokens, BudgetMetric.OutputTokens, BudgetMetric.Cost]);
        var groups = new Dictionary<(string, int, int), List<TraceEntry>>();
        foreach (var request in model.Scenario.Requests)
        {
            var (input, output) = apart ? (request.ContextTokens, request.GeneratedTokens) : (total ? request.ContextTokens + request.GeneratedTokens : 0, 0);
            var key = (string.Join(',', model.PlacesOf(request)), ClassOf(input), ClassOf(output));
            if (!groups.TryGetValue(key, out var group)) groups[key] = group = [];
            group.Add(request);
        }

        return [.. groups.Values];

        int ClassOf(int tokens) => (int)Math.Ceiling(Math.Log(tokens + 1) / Math.Log(ratio));
    }
}
