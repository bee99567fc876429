using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Planner.Simulation;

/// <summary>Who was served where and when. It counts for itself, so that it is a judge of the budgets and not their echo. One thread at a time.</summary>
internal sealed class Ledger(Scenario scenario)
{
    private const int Parts = 96;

    private readonly List<Spend>[] _spends = [.. scenario.Catalog.Quotas.All.Select(_ => new List<Spend>())];
    private readonly Dictionary<string, int> _quotas =
        scenario.Catalog.Quotas.All.Select((quota, index) => (quota.Key, index)).ToDictionary(pair => pair.Key, pair => pair.index, StringComparer.Ordinal);
    private readonly int[] _targetOf = [.. Enumerable.Repeat(-1, scenario.Requests.Length)];
    private readonly TimeSpan[] _waits = new TimeSpan[scenario.Requests.Length];

    /// <summary>A request was served.</summary>
    public void Serve(int request, int target, QuotaAmounts amounts, TimeSpan now)
    {
        if (_targetOf[request] >= 0)
        {
            throw new InvalidOperationException($"Request {request} was served twice.");
        }

        _targetOf[request] = target;
        _waits[request] = now - scenario.Requests[request].Offset;
        _spends[_quotas[scenario.Catalog.Targets[target].QuotaKey]].Add(new(now, amounts));
    }

    /// <summary>All that happened.</summary>
    public SimulationResult ToResult(string policy)
    {
        var served = _targetOf.Count(target => target >= 0);
        return new(policy, scenario.Requests.Length, served, TargetsOf(served), BudgetsOf(), WaitsOf(served), TimelineOf());
    }

    private ImmutableArray<TargetResult> TargetsOf(int served)
    {
        var shares = scenario.Catalog.Targets.Sum(target => target.Share);
        return [.. scenario.Catalog.Targets.Select((target, index) =>
        {
            var own = Enumerable.Range(0, _targetOf.Length).Where(request => _targetOf[request] == index).ToList();
            var tokens = own.Sum(request => (long)scenario.Requests[request].ContextTokens + scenario.Requests[request].GeneratedTokens);
            return new TargetResult(target.Id, own.Count, tokens, target.Share / shares, served == 0 ? 0 : (double)own.Count / served);
        })];
    }

    private ImmutableArray<BudgetResult> BudgetsOf()
    {
        var length = scenario.Requests[^1].Offset + scenario.Patience;
        return
        [
            .. from quota in scenario.Catalog.Quotas.All.Select((definition, index) => (Definition: definition, Index: index))
               from budget in quota.Definition.Budgets
               where budget.Metric != BudgetMetric.ConcurrentRequests
               select BudgetJudge.Judge(quota.Definition.Key, budget, _spends[quota.Index], scenario.Start, length),
        ];
    }

    private WaitResult WaitsOf(int served)
    {
        var waits = _waits.Where((_, request) => _targetOf[request] >= 0).Order().ToArray();
        return served == 0
            ? new(0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero)
            : new(
                waits.Count(wait => wait > TimeSpan.Zero),
                TimeSpan.FromTicks((long)waits.Average(wait => wait.Ticks)),
                waits[(served - 1) / 2],
                waits[(int)Math.Ceiling(served * 0.99) - 1],
                waits[^1]);
    }

    private ImmutableArray<TimelineResult> TimelineOf()
    {
        var length = scenario.Requests[^1].Offset.Ticks + 1;
        var came = new int[Parts];
        var served = new int[Parts, scenario.Catalog.Targets.Length];
        for (var request = 0; request < _targetOf.Length; request++)
        {
            var part = (int)(scenario.Requests[request].Offset.Ticks * (Int128)Parts / length);
            came[part]++;
            if (_targetOf[request] >= 0)
            {
                served[part, _targetOf[request]]++;
            }
        }

        return
        [
            .. Enumerable.Range(0, Parts).Select(part => new TimelineResult(
                TimeSpan.FromTicks(length * part / Parts),
                came[part],
                [.. Enumerable.Range(0, scenario.Catalog.Targets.Length).Select(target => served[part, target])])),
        ];
    }
}

/// <summary>What was spent of a quota at a moment.</summary>
internal readonly record struct Spend(TimeSpan At, QuotaAmounts Amounts);
