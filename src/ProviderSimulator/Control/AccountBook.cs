using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Control;

/// <summary>
/// The accounts of all providers, made when first seen. Replacing quotas or resetting drops accounts with their counts; requests still in
/// flight then settle with the dropped ones.
/// </summary>
internal sealed class AccountBook(IEnumerable<KeyValuePair<string, ProviderSimulation>> providers, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Provider, string Name), Account> _accounts = []; // Owned by _lock.

    // Owned by _lock.
    private readonly Dictionary<string, IReadOnlyDictionary<string, SimulatedQuota>> _quotas = providers.ToDictionary(
        provider => provider.Key,
        provider => (IReadOnlyDictionary<string, SimulatedQuota>)new Dictionary<string, SimulatedQuota>(provider.Value.Quotas));

    public Account Get(string provider, string name)
    {
        lock (_lock)
        {
            if (!_accounts.TryGetValue((provider, name), out var account))
                _accounts.Add((provider, name), account = new Account(_quotas[provider], time));
            return account;
        }
    }

    public List<(string Provider, string Name, Account Account)> All()
    {
        lock (_lock)
            return [.. _accounts.Select(entry => (entry.Key.Provider, entry.Key.Name, entry.Value))];
    }

    public void Replace(string provider, IReadOnlyDictionary<string, SimulatedQuota> quotas)
    {
        lock (_lock)
        {
            if (!_quotas.ContainsKey(provider))
                throw new ArgumentException($"'{provider}' is not a provider.", nameof(provider));
            _quotas[provider] = new Dictionary<string, SimulatedQuota>(quotas);
            foreach (var key in _accounts.Keys.Where(key => key.Provider == provider).ToList())
                _accounts.Remove(key);
        }
    }

    public void Clear()
    {
        lock (_lock)
            _accounts.Clear();
    }
}
