using System.Collections.Immutable;
using ThotNet.Planner.Simulation;
using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Optimum;

/// <summary>
/// An upper bound on what any choice of targets could serve of a scenario, even one that knows all requests beforehand.
/// </summary>
/// <remarks>
/// The bound holds by weak duality, whatever the solver's tolerances and however the program groups requests. Give every unit of every row of every
/// budget a price of 0 or more. Whoever serves a request gains 1 and pays the prices of what it spends; the rows' owners get at most price times
/// capacity, because no true use breaks a row (<see cref="BudgetRows"/>). So the number of served requests is at most that income plus, for each
/// request by itself, the gain that is left at the place where it pays least, or 0. Any prices will do; those of the linear program make it tight,
/// and for them it is computed from each single request. What makes it loose: requests served in parts (one each binding row at most), windows that are
/// only looked at where they begin at multiples of their length, and levels of leaky buckets at the ends of rows only.
/// </remarks>
public static class LinearBound
{
    // More than rounding can take away from a sum over all requests.
    private const double Rounding = 1e-6;

    /// <summary>Computes it. One core is busy for about a second on a day of 20,000 requests.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public static BoundResult Compute(Scenario scenario, TimeProvider time, CancellationToken cancellation)
    {
        var begin = time.GetTimestamp();
        var model = new BoundModel(scenario);
        var prices = PriceProgram.Solve(model, cancellation);
        var bound = Math.Min(IncomeOf(model, prices) + GainsOf(model, prices), scenario.Requests.Length);
        ImmutableArray<BudgetPrice> worth = [.. model.Budgets.Select((budget, index) => new BudgetPrice(budget.Quota, budget.Definition, budget.WorthOf(prices[index])))];
        return new((int)(bound * (1 + Rounding)), bound, time.GetElapsedTime(begin), worth);
    }

    private static double IncomeOf(BoundModel model, double[][] prices) =>
        model.Budgets.Select((budget, index) => budget.IncomeOf(prices[index])).Sum();

    private static double GainsOf(BoundModel model, double[][] prices)
    {
        var gains = 0.0;
        foreach (var request in model.Scenario.Requests)
        {
            var least = 1.0;
            foreach (var target in model.Targets.Where(target => model.Fits(request, target)))
            {
                foreach (var place in model.PlacesOf(request)) least = Math.Min(least, CostOf(request, target, model.Places[place]));
            }

            gains += 1 - least;
        }

        return gains;

        double CostOf(TraceEntry request, BoundTarget target, int[] place)
        {
            var cost = 0.0;
            foreach (var budget in target.Budgets)
            {
                if (place[budget] >= 0) cost += prices[budget][place[budget]] * model.Budgets[budget].UseOf(request, target.Definition);
            }

            return cost;
        }
    }
}
