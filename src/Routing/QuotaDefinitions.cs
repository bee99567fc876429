using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ThotNet.Routing;

/// <summary>The limits that are in force. They may be replaced while requests are served: whoever decides by them asks anew each time.</summary>
public sealed class QuotaDefinitions
{
    // Swapped whole, so that a reader on any thread sees either the old limits or the new ones.
    private volatile Snapshot _snapshot;

    /// <summary>The first limits.</summary>
    /// <param name="all">All quotas.</param>
    public QuotaDefinitions(ImmutableArray<QuotaDefinition> all) => _snapshot = new(all);

    /// <summary>All quotas, in the order of configuration.</summary>
    public ImmutableArray<QuotaDefinition> All => _snapshot.All;

    /// <summary>The quota of that key, or null. As long as its limits stay, the very same object is returned.</summary>
    public QuotaDefinition? Find(string key) => _snapshot.ByKey.GetValueOrDefault(key);

    /// <summary>Puts other limits in force.</summary>
    /// <param name="all">All quotas; those that are missing have no limits any more and grant nothing.</param>
    public void Replace(ImmutableArray<QuotaDefinition> all) => _snapshot = new(all);

    private sealed class Snapshot(ImmutableArray<QuotaDefinition> all)
    {
        public ImmutableArray<QuotaDefinition> All => all;

        public FrozenDictionary<string, QuotaDefinition> ByKey { get; } = all.ToFrozenDictionary(quota => quota.Key, StringComparer.Ordinal);
    }
}
