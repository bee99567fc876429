using System.Collections.Frozen;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Serving;

/// <summary>One simulated provider: its dialect, models and keys, all fixed at start.</summary>
internal sealed class Provider
{
    private const string FreeKeyPrefix = "sim-";

    private readonly FrozenDictionary<string, string> _accountsByKey;

    public Provider(string name, ChatDialect dialect, ProviderSimulation settings)
    {
        (Name, Dialect) = (name, dialect);
        Models = ProviderSimulation.Split(settings.Models).ToFrozenSet(StringComparer.Ordinal);
        EmbeddingModels = ProviderSimulation.Split(settings.EmbeddingModels).ToFrozenSet(StringComparer.Ordinal);
        Retired = ProviderSimulation.Split(settings.RetiredModels).ToFrozenSet(StringComparer.Ordinal);
        QuotasPerModel = settings.QuotasPerModel;
        _accountsByKey = settings.Accounts
            .SelectMany(account => ProviderSimulation.Split(account.Value).Select(key => KeyValuePair.Create(key, account.Key)))
            .ToFrozenDictionary(StringComparer.Ordinal);
    }

    public string Name { get; }

    /// <summary>How its OpenAI-compatible API speaks.</summary>
    public ChatDialect Dialect { get; }

    public FrozenSet<string> Models { get; }

    public FrozenSet<string> EmbeddingModels { get; }

    public FrozenSet<string> Retired { get; }

    public bool QuotasPerModel { get; }

    /// <summary>The account of the key that a request shows, or the refusal.</summary>
    public (string Account, Reply? Refusal) Authenticate(Dialect dialect, HttpRequest request)
    {
        if (dialect.KeyOf(request) is not { } key)
            return ("", dialect.KeyMissing());
        if (_accountsByKey.TryGetValue(key, out var account))
            return (account, null);
        return _accountsByKey.Count == 0 && key.StartsWith(FreeKeyPrefix, StringComparison.Ordinal) && key.Length > FreeKeyPrefix.Length
            ? (key[FreeKeyPrefix.Length..], null)
            : ("", dialect.KeyInvalid());
    }
}
