using System.Diagnostics.Metrics;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Telemetry;
using ThotNet.Routing;

namespace ThotNet.Silo.Quota;

/// <summary>Shows how often authorities are asked, with what success, and what this silo holds of each quota. Limits of callers are shown together.</summary>
internal sealed class LeaseMetrics
{
    private static readonly BudgetMetric[] Metrics = Enum.GetValues<BudgetMetric>();

    private readonly Counter<long> _questions = ThotNetTelemetry.Meter.CreateCounter<long>(
        "thotnet.lease.questions", "{question}", "Questions to the authorities of quotas by how they ended.");

    public LeaseMetrics(Func<IEnumerable<SiloQuota>> quotas) => ThotNetTelemetry.Meter.CreateObservableGauge(
        "thotnet.lease.held", () => quotas().Where(quota => !quota.IsOfCaller).SelectMany(Held), "{unit}", "What may be reserved without asking.");

    public void Count(SiloQuota quota, LeaseAnswer answer) =>
        Count(quota, answer.Lease is not null ? "granted" : answer.Refusal == LeaseRefusal.None ? "reported" : answer.Refusal.ToString());

    public void CountUnanswered(SiloQuota quota) => Count(quota, "unanswered");

    private void Count(SiloQuota quota, string outcome) =>
        _questions.Add(1, new("quota", CallerLimits.LabelOf(quota.Key)), new("outcome", outcome));

    private static IEnumerable<Measurement<long>> Held(SiloQuota quota)
    {
        var held = quota.InHand();
        return Metrics.Select(metric => new Measurement<long>(held.Of(metric), new("quota", quota.Key), new("metric", metric.ToString())));
    }
}
