using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Planner.Simulation;

/// <summary>One quota as its authority counts it, with nothing on its way: what a request reserves it also uses, at once. One thread at a time.</summary>
internal sealed class SimulatedQuota
{
    private readonly ImmutableArray<Budget> _budgets;
    private readonly List<Bucket>[] _settled;

    public SimulatedQuota(QuotaDefinition definition)
    {
        Definition = definition;
        _budgets = [.. definition.Budgets.Where(budget => budget.Metric != BudgetMetric.ConcurrentRequests).Select(Budget.Create)];
        _settled = [.. _budgets.Select(_ => new List<Bucket>())];
    }

    public QuotaDefinition Definition { get; }

    /// <summary>Whether a request of that size can never be served here.</summary>
    public bool IsTooLarge(QuotaAmounts amounts) => _budgets.Any(budget => amounts.Of(budget.Definition.Metric) > budget.Definition.Amount);

    /// <summary>Spends if all budgets have room.</summary>
    public bool TrySpend(QuotaAmounts amounts, DateTimeOffset now)
    {
        for (var index = 0; index < _budgets.Length; index++)
        {
            var budget = _budgets[index];
            budget.Forget(_settled[index], now);
            if (budget.Spent(_settled[index], [], now, now) + amounts.Of(budget.Definition.Metric) > budget.Definition.Amount)
            {
                return false;
            }
        }

        for (var index = 0; index < _budgets.Length; index++)
        {
            _budgets[index].Settle(_settled[index], new Charge(now, now, amounts.Of(_budgets[index].Definition.Metric)), now);
        }

        return true;
    }

    /// <summary>When so much fits; more than a whole budget takes as many windows more.</summary>
    public DateTimeOffset FitsAt(QuotaAmounts amounts, DateTimeOffset now)
    {
        var at = now;
        for (var index = 0; index < _budgets.Length; index++)
        {
            var budget = _budgets[index];
            var (needed, amount) = (amounts.Of(budget.Definition.Metric), budget.Definition.Amount);
            var windows = needed > amount ? (needed - 1) / amount : 0;
            var fits = budget.FitsAt(_settled[index], [], now, TimeSpan.Zero, needed - (windows * amount)) + (windows * budget.Definition.Window);
            at = fits > at ? fits : at;
        }

        return at;
    }

    /// <summary>The part of the tightest budget that is used.</summary>
    public double UsedShare(DateTimeOffset now)
    {
        var most = 0.0;
        for (var index = 0; index < _budgets.Length; index++)
        {
            most = Math.Max(most, (double)_budgets[index].Spent(_settled[index], [], now, now) / _budgets[index].Definition.Amount);
        }

        return most;
    }

    /// <summary>Where it stands, as its authority tells the router.</summary>
    public QuotaSnapshot Snapshot(DateTimeOffset now) => new(
        Definition.Key,
        [
            .. _budgets.Select((budget, index) =>
            {
                var used = budget.Spent(_settled[index], [], now, now);
                var resetsIn = budget.ResetsAt(_settled[index], [], now) is { } at && at > now ? at - now : TimeSpan.Zero;
                return new BudgetSnapshot(budget.Definition, used, 0, Math.Max(0, budget.Definition.Amount - used), resetsIn);
            }),
        ],
        TimeSpan.Zero,
        null);
}
