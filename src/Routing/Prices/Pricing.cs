using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Quota;
using ThotNet.Routing.Shares;

namespace ThotNet.Routing.Prices;

/// <summary>
/// Prices for budgets of an hour and longer that would not last at the pace of the demand that is expected; 0 for the others. Prices are advice: nobody is
/// refused for them. docs/routing.md has the mathematics. Not safe for concurrent use: the router's turns own it.
/// </summary>
public sealed class Pricing
{
    /// <summary>How often prices are made anew: 5 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private const int FirstRounds = 400;
    private const int Rounds = 100;
    private const int LeastRequests = 10;

    // So much more is expected than the forecast says.
    private const double Margin = 1.05;

    // A price below so many of the smallest ones only wavers about nothing.
    private const double Negligible = 20;

    private readonly Catalog _catalog;
    private readonly DemandMix _mix = new();
    private readonly DemandForecast _forecast = new();
    private readonly PriceSolver _solver;
    private readonly PriceTable _none;
    private PriceTable? _table;
    private DateTimeOffset _madeAt;
    private long _taken;

    /// <summary>Nothing has come yet.</summary>
    public Pricing(Catalog catalog)
    {
        _catalog = catalog;
        _solver = new(catalog.Targets);
        _none = new([.. catalog.Targets.Select(_ => QuotaPrices.None)], [.. RouteTableBuilder.SharesOf(catalog)], double.PositiveInfinity);
    }

    /// <summary>What is learned of the day.</summary>
    public DayProfile Profile => _forecast.Profile;

    /// <summary>Goes on with what was learned before.</summary>
    public void Restore(DayProfile profile) => _forecast.Restore(profile);

    /// <summary>Takes in what was asked for since the last call.</summary>
    public void Take(ImmutableArray<DemandReport> demand, DateTimeOffset now)
    {
        var requests = demand.Sum(report => report.Requests);
        _taken += requests;
        _mix.Take(demand, now);
        _forecast.Take(requests, now);
    }

    /// <summary>The prices of this moment; at most every <see cref="Period"/> new ones.</summary>
    /// <param name="quotas">Where the quotas stand; one that is missing costs nothing.</param>
    /// <param name="now">The present.</param>
    public PriceTable Update(IReadOnlyDictionary<string, QuotaSnapshot> quotas, DateTimeOffset now)
    {
        if (_taken < LeastRequests)
        {
            return _none;
        }

        if (_table is null || now - _madeAt >= Period)
        {
            var budgets = BudgetsOf(quotas, now);
            _solver.Improve(_mix.Kinds(), budgets, _table is null ? FirstRounds : Rounds);
            _table = TableOf(budgets);
            _madeAt = now;
        }

        return _table;
    }

    private List<PacedBudget> BudgetsOf(IReadOnlyDictionary<string, QuotaSnapshot> quotas, DateTimeOffset now)
    {
        var paced = new List<PacedBudget>();
        foreach (var quota in quotas.Values.OrderBy(quota => quota.Key, StringComparer.Ordinal))
        {
            ImmutableArray<int> targets =
                [.. Enumerable.Range(0, _catalog.Targets.Length).Where(target => _catalog.Targets[target].QuotaKey == quota.Key)];
            foreach (var budget in quota.Budgets)
            {
                if (budget.Definition.Window >= LeaseRules.LongWindow && budget.Definition.Metric != BudgetMetric.ConcurrentRequests)
                {
                    paced.Add(new(quota.Key, budget.Definition, targets, PerRequest(budget, now)));
                }
            }
        }

        return paced;
    }

    private double PerRequest(BudgetSnapshot budget, DateTimeOffset now)
    {
        var (window, amount) = (budget.Definition.Window, budget.Definition.Amount);
        var isCalendar = budget.Definition.Kind == BudgetKind.Calendar;

        // What comes back little by little has to last for ever; a quarter of its window is far enough to look.
        var horizon = isCalendar ? (budget.ResetsIn > TimeSpan.Zero ? budget.ResetsIn : window) : window / 4;
        var available = (budget.ProviderLimit is { } limit ? Math.Min(limit, budget.Remaining) : budget.Remaining) + (isCalendar ? 0 : amount / 4.0);
        var expected = Math.Max(_forecast.Expected(now, horizon) * Margin, 1);

        // A budget that is spent keeps a price: a thousandth of what a minute of its window is worth counts as left.
        return Math.Max(available, 1e-3 * amount * (TimeSpan.FromMinutes(1) / window)) / expected;
    }

    private PriceTable TableOf(List<PacedBudget> budgets)
    {
        var prices = new QuotaPrices[_catalog.Targets.Length];
        foreach (var budget in budgets.Where(budget => budget.Price > budget.SmallestPrice * Negligible))
        {
            foreach (var target in budget.Targets)
            {
                prices[target] = Add(prices[target], budget.Id.Metric, budget.Price);
            }
        }

        var counts = _solver.Counts;
        var sum = 0.0;
        foreach (var count in counts)
        {
            sum += count;
        }

        var isScarce = prices.Any(price => price != QuotaPrices.None);
        ImmutableArray<double> shares = isScarce && sum > 0 ? [.. counts.ToArray().Select(count => count / sum)] : _none.EffectiveShares;
        var isOverloaded = _solver.MeanPrice > PriceSolver.PriceOfOverload / 2;
        return new([.. prices], shares, isOverloaded ? _solver.MeanPrice : double.PositiveInfinity);
    }

    private static QuotaPrices Add(QuotaPrices prices, BudgetMetric metric, double price) => metric switch
    {
        BudgetMetric.Requests => prices with { PerRequest = prices.PerRequest + price },
        BudgetMetric.Tokens => prices with { PerToken = prices.PerToken + price },
        BudgetMetric.InputTokens => prices with { PerInputToken = prices.PerInputToken + price },
        BudgetMetric.OutputTokens => prices with { PerOutputToken = prices.PerOutputToken + price },
        BudgetMetric.Cost => prices with { PerCost = prices.PerCost + price },
        _ => prices,
    };
}
