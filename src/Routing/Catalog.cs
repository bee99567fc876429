using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ThotNet.Routing;

/// <summary>The configured targets of this process, which never change, and the limits of their quotas, which may. Safe to share between threads.</summary>
public sealed class Catalog
{
    /// <summary>The model name that means: any target that chats.</summary>
    public const string Auto = "auto";

    private readonly FrozenDictionary<string, ImmutableArray<TargetDefinition>> _byName;

    /// <summary>Builds the look-up tables.</summary>
    /// <param name="targets">
    /// All targets; the first of each provider that chats serves <see cref="Auto"/>. Models for embeddings do not: vectors of different models cannot
    /// be compared, so that such a model must always be named.
    /// </param>
    /// <param name="quotas">All quotas of providers.</param>
    /// <param name="callers">The limits of callers; null for none.</param>
    public Catalog(ImmutableArray<TargetDefinition> targets, ImmutableArray<QuotaDefinition> quotas, CallerLimits? callers = null)
    {
        Targets = targets;
        Quotas = new(quotas, callers);
        _byName = NamesOf(targets)
            .GroupBy(pair => pair.Name, pair => pair.Target, StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.Distinct().ToImmutableArray());
    }

    /// <summary>All targets, in the order of configuration.</summary>
    public ImmutableArray<TargetDefinition> Targets { get; }

    /// <summary>The quotas and their limits.</summary>
    public QuotaDefinitions Quotas { get; }

    /// <summary>Every name that callers may ask for: <see cref="Auto"/>, aliases, upstream ids and <c>provider/model</c>.</summary>
    public IEnumerable<string> Names => _byName.Keys;

    /// <summary>The targets that serve a model name; empty for an unknown one.</summary>
    public ImmutableArray<TargetDefinition> FindTargets(string name) =>
        _byName.TryGetValue(name, out var targets) ? targets : [];

    private static IEnumerable<(string Name, TargetDefinition Target)> NamesOf(ImmutableArray<TargetDefinition> targets)
    {
        foreach (var first in targets.Where(target => target.Chats).DistinctBy(target => target.Provider))
        {
            yield return (Auto, first);
        }

        foreach (var target in targets)
        {
            yield return (target.Id, target);
            yield return (target.Model, target);
            foreach (var alias in target.Aliases)
            {
                yield return (alias, target);
            }
        }
    }
}
