using System.Collections.Immutable;
using CsCheck;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Prices;
using static ThotNet.Routing.Tests.Prices.PricingBench;

namespace ThotNet.Routing.Tests.Prices;

public sealed class PriceSolverTests
{
    private const int Rounds = 400;
    private const ulong Both = 0b11;

    private static readonly DemandKind Small = new(Both, 0.5, 100, 0);
    private static readonly DemandKind Large = new(Both, 0.5, 2000, 0);

    [Fact]
    public void Improve_HalfOfEachBudgetIsThere_OverloadIsTwoAndEachKindGoesWhereItBelongs()
    {
        // All small requests need 50 tokens a request, all large ones half a request.
        var (solver, budgets) = Solve([70, 30], [Small, Large], tokens: 25, requests: 0.25);

        Assert.Equal(2, solver.MeanPrice / budgets.Sum(budget => budget.Price * budget.PerRequest), 0.02);
        Assert.Equal(0.5, solver.Counts[0], 0.02);
        Assert.Equal(1, budgets[0].Use / 50, 0.05);
        Assert.Equal(1, budgets[1].Use / 0.5, 0.05);
    }

    [Fact]
    public void Improve_BothBudgetsLast_EachIsUsedUpToItsEndAndNoMore()
    {
        // The shares ask for more than there is of the tokens; the requests outlast all.
        var (solver, budgets) = Solve([70, 30], [Small, Large], tokens: 25, requests: 2);

        Assert.True(solver.IsSettled);
        Assert.Equal(1, budgets[0].Use / 25, 0.02);
        Assert.Equal(budgets[1].SmallestPrice, budgets[1].Price);
        Assert.Equal(0.25, solver.Counts[0], 0.02);
    }

    [Fact]
    public void Improve_NothingLeftOfOne_ItIsTheDearestOfAll()
    {
        var (solver, budgets) = Solve([70, 30], [Small, Large], tokens: 1e-6, requests: 0.1);

        Assert.True(budgets[0].Price * Small.InputTokens > budgets[1].Price);
        Assert.Equal(1, solver.Counts[1], 0.02);
    }

    [Fact]
    public void Improve_OverloadThatLasts_KeepsTheScaleOfPrices()
    {
        var solver = new PriceSolver(TargetsOf([70, 30]));
        for (var time = 0; time < 20; time++)
        {
            var budgets = BudgetsOf(25 + (time % 3), 0.25);
            solver.Improve([Small, Large], budgets, time == 0 ? Rounds : 100);
            Assert.InRange(solver.MeanPrice, PriceSolver.PriceOfOverload * 0.98, PriceSolver.PriceOfOverload * 1.02);
        }
    }

    [Fact]
    public void Improve_AnySizesAndBudgetsInReach_AreSharedWithinAFewPercent() =>
        Gen.Select(Gen.Double[1.1, 30], Gen.Double[0.2, 0.8], Gen.Double[0.1, 0.9], Gen.Int[10, 90]).MustHold(
            (ratio, part, tightness, share) =>
            {
                // The small fit into what is left of the tokens, and the large ones have requests without end.
                DemandKind[] kinds = [new(Both, part, 100, 0), new(Both, 1 - part, 100 * ratio, 0)];
                var tokens = tightness * part * 100;
                var (solver, budgets) = Solve([share, 100 - share], kinds, tokens, requests: 1e6);

                Assert.True(budgets[0].Use <= tokens * 1.03, $"{budgets[0].Use} of {tokens}");
                var wanted = share / 100.0 * kinds.Sum(kind => kind.Part * kind.InputTokens);
                Assert.True(budgets[0].Use >= Math.Min(wanted, tokens) * 0.9, $"{budgets[0].Use} of {tokens}, wanted {wanted}");
                Assert.Equal(1, solver.Counts.ToArray().Sum(), 1e-9);
            },
            iter: 200);

    private static (PriceSolver Solver, ImmutableArray<PacedBudget> Budgets) Solve(double[] shares, DemandKind[] kinds, double tokens, double requests)
    {
        var solver = new PriceSolver(TargetsOf(shares));
        var budgets = BudgetsOf(tokens, requests);
        solver.Improve([.. kinds], budgets, Rounds);
        return (solver, budgets);
    }

    private static ImmutableArray<PacedBudget> BudgetsOf(double tokens, double requests) =>
    [
        new("q/t0", Calendar(BudgetMetric.Tokens, 1), [0], tokens),
        new("q/t1", Calendar(BudgetMetric.Requests, 1), [1], requests),
    ];

    private static ImmutableArray<TargetDefinition> TargetsOf(double[] shares) =>
        [.. shares.Select((share, index) => new TargetDefinition($"t{index}", "m", [], share, $"q/t{index}", Capabilities.None, 100))];
}
