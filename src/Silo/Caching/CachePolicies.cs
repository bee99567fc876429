using System.Collections.Frozen;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Caching;

/// <summary>The policy of each caller for each model, worked out once. Safe to share between threads.</summary>
internal sealed class CachePolicies
{
    private readonly FrozenDictionary<string, ByModel> _named;
    private readonly ByModel _others;

    /// <summary>Works all of them out: the caller's own settings win over the model's, and those over the section's.</summary>
    public CachePolicies(ThotNetOptions options)
    {
        var everywhere = CachePolicy.Of(options.Cache);
        var models = options.Cache.Models.Values
            .SelectMany(model => model.ListNames().Distinct(StringComparer.Ordinal).Select(name => KeyValuePair.Create(name, everywhere.With(model))))
            .ToList();
        _others = new(everywhere, models.ToFrozenDictionary(StringComparer.Ordinal));
        _named = options.Callers.ToFrozenDictionary(caller => caller.Key, caller => _others.With(caller.Value.Cache), StringComparer.Ordinal);
    }

    /// <summary>True when some answers may be cached.</summary>
    public bool AreAnyEnabled => _named.Values.Append(_others).Any(policies => policies.AreAnyEnabled);

    /// <summary>The policy for a request.</summary>
    /// <param name="caller">The name of the caller, or the id of a key without one.</param>
    /// <param name="model">The model's name as the caller asked for it.</param>
    public CachePolicy Of(string caller, string model) => (_named.TryGetValue(caller, out var own) ? own : _others).Of(model);

    private sealed record ByModel(CachePolicy Others, FrozenDictionary<string, CachePolicy> Models)
    {
        public bool AreAnyEnabled => Others.Enabled || Models.Values.Any(policy => policy.Enabled);

        public CachePolicy Of(string model) => Models.TryGetValue(model, out var policy) ? policy : Others;

        public ByModel With(CachePolicyOptions own) =>
            new(Others.With(own), Models.ToFrozenDictionary(model => model.Key, model => model.Value.With(own), StringComparer.Ordinal));
    }
}
