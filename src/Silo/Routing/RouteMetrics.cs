using System.Diagnostics.Metrics;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Grains.Abstractions.Routing;
using ThotNet.Hosting.Telemetry;

namespace ThotNet.Silo.Routing;

/// <summary>Shows where budgets and shares stand, as this silo's newest route table has them. Every silo shows the same cluster-wide values.</summary>
public sealed class RouteMetrics
{
    private readonly RouteAdvice _advice;

    /// <summary>Adds the gauges.</summary>
    public RouteMetrics(RouteAdvice advice)
    {
        _advice = advice;
        var meter = ThotNetTelemetry.Meter;
        meter.CreateObservableGauge("thotnet.budget.remaining", () => Budgets(budget => budget.Remaining), "{unit}", "What is left of each budget.");
        meter.CreateObservableGauge("thotnet.budget.limit", () => Budgets(budget => budget.Definition.Amount), "{unit}", "The limit of each budget.");
        meter.CreateObservableGauge(
            "thotnet.budget.used_by_others", () => Budgets(budget => budget.UsedByOthers), "{unit}", "What others spent of each budget, as its provider says.");
        meter.CreateObservableGauge(
            "thotnet.budget.provider_limit", () => Budgets(budget => budget.ProviderLimit), "{unit}", "The provider's limit where it is below ours.");
        meter.CreateObservableGauge("thotnet.share.target", () => Shares(route => route.ConfiguredShare), "1", "The share each target should serve.");
        meter.CreateObservableGauge("thotnet.share.achieved", () => Shares(route => route.AchievedShare), "1", "The share each target served.");
        meter.CreateObservableGauge("thotnet.share.effective", () => Shares(route => route.EffectiveShare), "1", "The share that prices leave each target.");
        meter.CreateObservableGauge("thotnet.price", Prices, "1", "The price of one unit of what each target spends, in shares' worth; 0 while it is slack.");
        meter.CreateObservableGauge("thotnet.target.latency", Latencies, "s", "Time to the first event of each target's answers.");
        meter.CreateObservableGauge("thotnet.target.degraded", () => Shares(route => route.Degraded ? 1 : 0), "1", "1 while a target is much slower than usual.");
        meter.CreateObservableGauge("thotnet.target.closed", () => Shares(route => route.ClosedFor > TimeSpan.Zero ? 1 : 0), "1", "1 while a target is closed.");
    }

    private IEnumerable<TargetRoute> Routes => _advice.Table?.Targets ?? [];

    private IEnumerable<Measurement<long>> Budgets(Func<BudgetSnapshot, long?> value) =>
        from quota in Routes.Select(route => route.Quota).OfType<QuotaSnapshot>().DistinctBy(quota => quota.Key)
        from budget in quota.Budgets
        let known = value(budget)
        where known is not null
        select new Measurement<long>(
            known.Value,
            new("quota", quota.Key),
            new("metric", budget.Definition.Metric.ToString()),
            new("window", budget.Definition.Window.ToString()));

    private IEnumerable<Measurement<double>> Prices() => Routes.SelectMany(route => new[]
    {
        Price(route, "request", route.Prices.PerRequest),
        Price(route, "token", route.Prices.PerToken),
        Price(route, "input_token", route.Prices.PerInputToken),
        Price(route, "output_token", route.Prices.PerOutputToken),
        Price(route, "cost", route.Prices.PerCost),
    });

    private IEnumerable<Measurement<double>> Latencies() =>
        from route in Routes
        let latency = route.Latency
        where latency is not null
        select new Measurement<double>(latency.Value.TotalSeconds, new KeyValuePair<string, object?>("target", route.Target));

    private static Measurement<double> Price(TargetRoute route, string unit, double price) => new(price, new("target", route.Target), new("unit", unit));

    private IEnumerable<Measurement<double>> Shares(Func<TargetRoute, double> value) =>
        Routes.Select(route => new Measurement<double>(value(route), new KeyValuePair<string, object?>("target", route.Target)));
}
