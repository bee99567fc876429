using ThotNet.Load.Replay;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Chaos;

/// <summary>What the simulator counted of one quota, and how well it was used.</summary>
/// <param name="State">The quota at the end.</param>
/// <param name="Use">Its utilisation in the whole run.</param>
/// <param name="AfterFaults">The same after the last fault.</param>
public sealed record QuotaVerdict(QuotaState State, Utilisation Use, Utilisation AfterFaults);

/// <summary>What one scenario showed.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Quotas">Every quota of the simulator.</param>
/// <param name="Tally">What callers got.</param>
/// <param name="RefusedByProviders">Requests that a provider answered with 429: without foreign use each is one too many.</param>
/// <param name="Disturbances">What was done, and when.</param>
/// <param name="Duration">How long the load lasted, by the cluster's clocks.</param>
public sealed record ChaosResult(
    ChaosScenario Scenario,
    IReadOnlyList<QuotaVerdict> Quotas,
    ReplayTally Tally,
    long RefusedByProviders,
    IReadOnlyCollection<Disturbance> Disturbances,
    TimeSpan Duration)
{
    /// <summary>The least that a judged budget must be used: 97 %.</summary>
    public const double LeastUse = 0.97;

    /// <summary>The worst that any quota was overspent; 0 if none ever was.</summary>
    public long WorstOverspend => Quotas.Select(quota => quota.State.WorstOverspend).DefaultIfEmpty().Max();

    /// <summary>Something was served, nothing was overspent, and what could be judged was well used.</summary>
    public bool Passes => Tally.CountOf(CallResult.Served) > 0 && WorstOverspend <= 0 && Quotas.All(IsUsed);

    private static bool IsUsed(QuotaVerdict quota) => quota.Use.Part is not < LeastUse && quota.AfterFaults.Part is not < LeastUse;
}
