using System.Collections.Immutable;
using System.Numerics;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Prices;

/// <summary>
/// Finds the prices at which the expected requests, each going where it is cheapest, use each scarce budget just up to its end. If not all can be
/// served the prices are those at which all scarce budgets end together. docs/routing.md has the mathematics.
/// </summary>
/// <remarks>It goes on from the prices it found last. Not safe for concurrent use.</remarks>
internal sealed class PriceSolver
{
    /// <summary>The price of a mean request while not all can be served: it outweighs shares by far.</summary>
    public const double PriceOfOverload = 64;

    // As many as a report can name; further ones take no part.
    private const int MostTargets = 64;
    private const int LeastRounds = 5;
    private const double ShareStep = 0.1;
    private const double Tolerance = 0.01;

    // What costs a little more is still chosen now and then: a fifth of the most that shares can cost, and a thirtieth of the price.
    private const double Softness = 0.2;
    private const double Sharpness = 30;

    private readonly Dictionary<(string Quota, BudgetMetric Metric, TimeSpan Window, BudgetKind Kind), double> _prices = [];
    private readonly ImmutableArray<TargetDefinition> _targets;
    private readonly ulong _known;
    private readonly double[] _penalties;
    private readonly double[] _charges;
    private readonly double[] _costs;
    private readonly double[] _parts;
    private readonly double[] _counts;
    private readonly double[] _wanted;

    public PriceSolver(ImmutableArray<TargetDefinition> targets)
    {
        _targets = targets;
        _known = targets.Length < MostTargets ? (1UL << targets.Length) - 1 : ulong.MaxValue;
        _penalties = [.. Enumerable.Repeat(0.5, targets.Length)];
        (_charges, _costs, _parts) = (new double[targets.Length], new double[targets.Length], new double[targets.Length]);
        (_counts, _wanted) = (new double[targets.Length], new double[targets.Length]);
    }

    /// <summary>Whether more rounds would hardly change anything.</summary>
    public bool IsSettled { get; private set; }

    /// <summary>What a mean request costs, at the prices found, where it costs least.</summary>
    public double MeanPrice { get; private set; }

    /// <summary>The part of all requests that each target serves at the prices found.</summary>
    public ReadOnlySpan<double> Counts => _counts;

    /// <summary>Improves the prices.</summary>
    /// <param name="kinds">What comes.</param>
    /// <param name="budgets">The budgets that may be scarce.</param>
    /// <param name="rounds">How often to improve.</param>
    public void Improve(ImmutableArray<DemandKind> kinds, IReadOnlyList<PacedBudget> budgets, int rounds)
    {
        foreach (var budget in budgets)
        {
            budget.Typical = TypicalOf(budget, kinds);
            budget.Price = Math.Max(_prices.GetValueOrDefault(budget.Id), budget.SmallestPrice);
        }

        SetWanted(kinds);
        for (var round = 0; round < rounds && !(IsSettled && round > LeastRounds); round++)
        {
            Assign(kinds, budgets);
            Adjust(budgets);
        }

        foreach (var budget in budgets)
        {
            _prices[budget.Id] = budget.Price;
        }
    }

    private double TypicalOf(PacedBudget budget, ImmutableArray<DemandKind> kinds)
    {
        var (parts, use) = (0.0, 0.0);
        foreach (var kind in kinds)
        {
            foreach (var target in budget.Targets)
            {
                if (Has(kind, target))
                {
                    parts += kind.Part;
                    use += kind.Part * budget.Of(kind, _targets[target]);
                }
            }
        }

        return use > 0 ? use / parts : 1;
    }

    private void SetWanted(ImmutableArray<DemandKind> kinds)
    {
        Array.Clear(_wanted);
        foreach (var kind in kinds)
        {
            var sum = 0.0;
            foreach (var target in TargetsOf(kind))
            {
                sum += _targets[target].Share;
            }

            foreach (var target in TargetsOf(kind))
            {
                _wanted[target] += kind.Part * _targets[target].Share / sum;
            }
        }
    }

    private void Assign(ImmutableArray<DemandKind> kinds, IReadOnlyList<PacedBudget> budgets)
    {
        Array.Clear(_counts);
        MeanPrice = 0;
        foreach (var budget in budgets)
        {
            budget.Use = 0;
        }

        foreach (var kind in kinds)
        {
            SetCosts(kind, budgets);
            Divide(kind);
            foreach (var budget in budgets)
            {
                foreach (var target in budget.Targets)
                {
                    if (Has(kind, target))
                    {
                        budget.Use += _parts[target] * budget.Of(kind, _targets[target]);
                    }
                }
            }
        }
    }

    // Most of a kind goes where it costs least; about equal costs share it, so that small changes of prices have small effects.
    private void Divide(DemandKind kind)
    {
        var (sum, least, cheapest) = (0.0, double.MaxValue, double.MaxValue);
        foreach (var target in TargetsOf(kind))
        {
            least = Math.Min(least, _costs[target]);
            cheapest = Math.Min(cheapest, _charges[target]);
        }

        foreach (var target in TargetsOf(kind))
        {
            _parts[target] = Math.Exp((least - _costs[target]) / (Softness + (least / Sharpness)));
            sum += _parts[target];
        }

        MeanPrice += sum > 0 ? kind.Part * cheapest : 0;

        foreach (var target in TargetsOf(kind))
        {
            _parts[target] *= kind.Part / sum;
            _counts[target] += _parts[target];
        }
    }

    private void SetCosts(DemandKind kind, IReadOnlyList<PacedBudget> budgets)
    {
        Array.Clear(_charges);
        foreach (var budget in budgets)
        {
            foreach (var target in budget.Targets)
            {
                _charges[target] += budget.Price * budget.Of(kind, _targets[target]);
            }
        }

        for (var target = 0; target < _costs.Length; target++)
        {
            _costs[target] = _charges[target] + _penalties[target];
        }
    }

    private void Adjust(IReadOnlyList<PacedBudget> budgets)
    {
        var worth = 0.0;
        foreach (var budget in budgets)
        {
            worth += budget.Price * budget.PerRequest;
        }

        // Above 1 not all can be served: what counts then is that all scarce budgets are used alike.
        var overload = worth > 0 ? Math.Max(1, MeanPrice / worth) : 1;
        var scale = Math.Min(overload > 1.05 ? 1.1 : overload > 1.001 ? 1.02 : 1, PriceOfOverload / MeanPrice);
        IsSettled = scale is > 0.99 and < 1.01;
        foreach (var budget in budgets)
        {
            var error = (budget.Use / (budget.PerRequest * overload)) - 1;
            IsSettled &= Math.Abs(error) < Tolerance || (error < 0 && budget.Price <= budget.SmallestPrice);
            budget.Move(error, scale);
        }

        AdjustPenalties();
    }

    // A target that has more than its share costs up to 1 on top, as the credits of shares have it when requests are sent.
    private void AdjustPenalties()
    {
        for (var target = 0; target < _penalties.Length; target++)
        {
            if (_wanted[target] > 0)
            {
                var excess = (_counts[target] - _wanted[target]) / Math.Max(_counts[target], _wanted[target]);
                _penalties[target] = Math.Clamp(_penalties[target] + (ShareStep * excess), 0, 1);
            }
        }
    }

    private static bool Has(DemandKind kind, int target) => target < MostTargets && (kind.Targets & (1UL << target)) != 0;

    // A silo with another configuration may name targets that are not here.
    private TargetBits TargetsOf(DemandKind kind) => new(kind.Targets & _known);

    /// <summary>The set bits, one after the other.</summary>
    private ref struct TargetBits(ulong left)
    {
        private ulong _left = left;

        public int Current { get; private set; }

        public readonly TargetBits GetEnumerator() => this;

        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            Current = BitOperations.TrailingZeroCount(_left);
            _left &= _left - 1;
            return true;
        }
    }
}
