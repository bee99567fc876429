using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Routing.Prices;

namespace ThotNet.Routing.Tests.Prices;

/// <summary>Targets <c>a</c>, <c>b</c>, ... of equal share, each with the budgets of a quota of its own, and demand that comes at a steady pace.</summary>
internal sealed class PricingBench
{
    public static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Dictionary<string, QuotaSnapshot> _quotas = [];

    public PricingBench(params BudgetDefinition[][] budgets)
        : this(Enumerable.Repeat(1.0, budgets.Length).ToArray(), budgets)
    {
    }

    public PricingBench(double[] shares, BudgetDefinition[][] budgets)
    {
        ImmutableArray<string> names = [.. shares.Select((_, index) => $"t{index}")];
        var catalog = new Catalog(
            [.. names.Select((name, index) => new TargetDefinition(name, "m", [], shares[index], "q/" + name, Capabilities.None, 100) { InputPrice = 1, OutputPrice = 3 })],
            [.. names.Select((name, index) => new QuotaDefinition("q/" + name, [.. budgets[index]]))]);
        Pricing = new(catalog);
        Budgets = budgets;
        for (var target = 0; target < budgets.Length; target++)
        {
            Restore(target);
        }
    }

    public Pricing Pricing { get; }

    public BudgetDefinition[][] Budgets { get; }

    public DateTimeOffset Now { get; private set; } = Midnight;

    public PriceTable Table => Pricing.Update(_quotas, Now);

    public static BudgetDefinition Calendar(BudgetMetric metric, long amount) => new(metric, amount, Day, BudgetKind.Calendar);

    public static BudgetDefinition Rolling(BudgetMetric metric, long amount, TimeSpan window) => new(metric, amount, window, BudgetKind.Rolling);

    /// <summary>A kind of requests, of which so many come each 5 s.</summary>
    public static DemandReport Kind(long requests, long input, long output = 0, ulong targets = ulong.MaxValue) =>
        new(targets, (byte)(2 * Math.Log2(Math.Max(1, input + output))), requests, requests * input, requests * output);

    /// <summary>The whole of a target's budgets is there.</summary>
    public void Restore(int target, Func<BudgetDefinition, long>? remaining = null) => _quotas[$"q/t{target}"] = new(
        $"q/t{target}",
        [
            .. Budgets[target].Select(budget =>
            {
                var left = remaining?.Invoke(budget) ?? budget.Amount;
                return new BudgetSnapshot(budget, budget.Amount - left, 0, left, budget.Kind == BudgetKind.Calendar ? TimeSpan.FromHours(12) : TimeSpan.Zero);
            }),
        ],
        TimeSpan.Zero,
        null);

    public void Forget(int target) => _quotas.Remove($"q/t{target}");

    /// <summary>So much time passes, with the same demand each 5 s; budgets stay where they are.</summary>
    public PriceTable Run(TimeSpan time, params ImmutableArray<DemandReport> demand)
    {
        var table = Table;
        for (var end = Now + time; Now < end;)
        {
            Now += Pricing.Period;
            Pricing.Take(demand, Now);
            table = Table;
        }

        return table;
    }
}
