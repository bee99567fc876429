using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing;

/// <summary>The limits that are in force. They may be replaced while requests are served: whoever decides by them asks anew each time.</summary>
public sealed class QuotaDefinitions
{
    /// <summary>
    /// For how many keys without limits of their own the very same object is remembered: 10,000. Gateways name only keys that they know, so there are
    /// hardly more; for further ones an equal object is made each time.
    /// </summary>
    internal const int MaxRemembered = 10_000;

    // Swapped whole, so that a reader on any thread sees either the old limits or the new ones.
    private volatile Snapshot _snapshot;

    /// <summary>The first limits.</summary>
    /// <param name="all">All quotas of providers.</param>
    /// <param name="callers">The limits of callers; null for none.</param>
    public QuotaDefinitions(ImmutableArray<QuotaDefinition> all, CallerLimits? callers = null) =>
        _snapshot = new(all, callers ?? CallerLimits.None, previous: null);

    /// <summary>All quotas of providers, in the order of configuration. Those of callers are only found by their keys.</summary>
    public ImmutableArray<QuotaDefinition> All => _snapshot.All;

    /// <summary>Whether a limit of anybody counts the tokens of prompts, so that they have to be counted before they are sent.</summary>
    public bool CountPrompts => _snapshot.CountPrompts;

    /// <summary>
    /// The quota of that key, or null when nothing limits it. As long as its limits stay, the very same object is returned (of more than 10,000
    /// callers without limits of their own: one that is equal).
    /// </summary>
    public QuotaDefinition? Find(string key) => _snapshot.Find(key);

    /// <summary>Puts other limits in force. What stays as it was stays the same object.</summary>
    /// <param name="all">All quotas of providers; those that are missing have no limits any more and grant nothing.</param>
    /// <param name="callers">The limits of callers; null for none.</param>
    public void Replace(ImmutableArray<QuotaDefinition> all, CallerLimits? callers = null) =>
        _snapshot = new(all, callers ?? CallerLimits.None, _snapshot);

    private sealed class Snapshot
    {
        private readonly FrozenDictionary<string, QuotaDefinition> _byKey;
        private readonly OtherCallers _others;

        public Snapshot(ImmutableArray<QuotaDefinition> all, CallerLimits callers, Snapshot? previous)
        {
            All = [.. all.Select(quota => Keep(quota, previous))];
            _byKey = All.Concat(callers.Own.Select(quota => Keep(quota, previous))).ToFrozenDictionary(quota => quota.Key, StringComparer.Ordinal);
            CountPrompts = _byKey.Values.SelectMany(quota => quota.Budgets).Concat(callers.OfOthers).Any(CountsPrompts);
            _others = previous?._others.Budgets.SequenceEqual(callers.OfOthers) == true ? previous._others : new(callers.OfOthers);
        }

        public ImmutableArray<QuotaDefinition> All { get; }

        public bool CountPrompts { get; }

        public QuotaDefinition? Find(string key) =>
            _byKey.TryGetValue(key, out var own) ? (own.Budgets.IsEmpty && CallerLimits.IsCallers(key) ? null : own)
            : CallerLimits.IsCallers(key) ? _others.Find(key)
            : null;

        private static bool CountsPrompts(BudgetDefinition budget) =>
            budget.Metric is BudgetMetric.Tokens or BudgetMetric.InputTokens or BudgetMetric.Cost;

        private static QuotaDefinition Keep(QuotaDefinition quota, Snapshot? previous) =>
            previous is not null && previous._byKey.TryGetValue(quota.Key, out var old) && IsSame(old, quota) ? old : quota;

        private static bool IsSame(QuotaDefinition old, QuotaDefinition other) =>
            old with { Budgets = other.Budgets } == other && old.Budgets.SequenceEqual(other.Budgets);
    }

    /// <summary>Makes the quotas of callers that share the same limits.</summary>
    private sealed class OtherCallers(ImmutableArray<BudgetDefinition> budgets)
    {
        private readonly ConcurrentDictionary<string, QuotaDefinition> _remembered = new(StringComparer.Ordinal);

        // Changed with Interlocked only.
        private int _count;

        public ImmutableArray<BudgetDefinition> Budgets => budgets;

        public QuotaDefinition? Find(string key)
        {
            if (budgets.IsEmpty)
            {
                return null;
            }

            if (_remembered.TryGetValue(key, out var known))
            {
                return known;
            }

            var made = CallerLimits.Define(key, budgets);
            return Volatile.Read(ref _count) < MaxRemembered && Interlocked.Increment(ref _count) <= MaxRemembered ? _remembered.GetOrAdd(key, made) : made;
        }
    }
}
