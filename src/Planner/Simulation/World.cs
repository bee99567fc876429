using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Planner.Traces;
using ThotNet.Routing;

namespace ThotNet.Planner.Simulation;

/// <summary>The simulated quotas, and what became of each request. One thread at a time.</summary>
internal sealed class World
{
    private readonly Scenario _scenario;
    private readonly int[] _quotaOf;
    private readonly SimulatedQuota[] _quotas;

    public World(Scenario scenario)
    {
        _scenario = scenario;
        _quotas = [.. scenario.Catalog.Quotas.All.Select(quota => new SimulatedQuota(quota))];
        _quotaOf = [.. Targets.Select(target => Array.FindIndex(_quotas, quota => quota.Definition.Key == target.QuotaKey))];
        Ledger = new(scenario);
    }

    /// <summary>What became of the requests.</summary>
    public Ledger Ledger { get; }

    public ImmutableArray<TraceEntry> Requests => _scenario.Requests;

    public ImmutableArray<TargetDefinition> Targets => _scenario.Catalog.Targets;

    public TimeSpan Patience => _scenario.Patience;

    public int QuotaCount => _quotas.Length;

    public Catalog Catalog => _scenario.Catalog;

    public DateTimeOffset At(TimeSpan now) => _scenario.Start + now;

    /// <summary>The place of a target's quota.</summary>
    public int QuotaOf(int target) => _quotaOf[target];

    /// <summary>What a request spends on a target.</summary>
    public QuotaAmounts AmountsOf(int request, int target)
    {
        var entry = Requests[request];
        return QuotaAmounts.OfRequest(
            entry.ContextTokens, entry.GeneratedTokens, Targets[target].CostOf(entry.ContextTokens, entry.GeneratedTokens));
    }

    /// <summary>Serves a request if there is room.</summary>
    public bool TryServe(int request, int target, TimeSpan now)
    {
        var amounts = AmountsOf(request, target);
        if (!_quotas[_quotaOf[target]].TrySpend(amounts, At(now)))
        {
            return false;
        }

        Ledger.Serve(request, target, amounts, now);
        return true;
    }

    /// <summary>When so much fits into a quota; null when a request is too large for it.</summary>
    public TimeSpan? ReadyAt(int quota, QuotaAmounts own, QuotaAmounts withOthers, TimeSpan now) =>
        _quotas[quota].IsTooLarge(own) ? null : _quotas[quota].FitsAt(withOthers, At(now)) - _scenario.Start;

    public double UsedShare(int target, TimeSpan now) => _quotas[_quotaOf[target]].UsedShare(At(now));

    /// <summary>Where all quotas stand.</summary>
    public IReadOnlyDictionary<string, QuotaSnapshot> Snapshots(TimeSpan now) =>
        _quotas.Select(quota => quota.Snapshot(At(now))).ToDictionary(snapshot => snapshot.Key, StringComparer.Ordinal);
}
