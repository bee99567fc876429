namespace ThotNet.ProviderSimulator.Faults;

/// <summary>A fault that waits for requests.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="Fault">What it does.</param>
/// <param name="Remaining">Requests it will still strike; null: until it is cleared.</param>
/// <param name="Struck">Requests it has struck.</param>
public sealed record ActiveFault(int Id, Fault Fault, int? Remaining, int Struck);

/// <summary>The faults in force. For each request the first that matches, in the order in which they were added, strikes.</summary>
internal sealed class FaultBook
{
    private readonly Lock _lock = new();
    private readonly List<Entry> _entries = []; // Owned by _lock.
    private int _lastId; // Owned by _lock.

    public ActiveFault Add(Fault fault)
    {
        if (fault.Problem() is { } problem)
            throw new ArgumentException(problem, nameof(fault));
        lock (_lock)
        {
            var entry = new Entry(++_lastId, FaultPresets.Complete(fault));
            _entries.Add(entry);
            return entry.View();
        }
    }

    public List<ActiveFault> List()
    {
        lock (_lock)
            return [.. _entries.Select(entry => entry.View())];
    }

    public bool Remove(int id)
    {
        lock (_lock)
            return _entries.RemoveAll(entry => entry.Id == id) > 0;
    }

    public void Clear()
    {
        lock (_lock)
            _entries.Clear();
    }

    /// <summary>The fault that strikes a request, or null.</summary>
    public Fault? Take(string provider, string model, string account)
    {
        lock (_lock)
        {
            foreach (var entry in _entries)
            {
                if (entry.Strikes(provider, model, account))
                {
                    if (entry.Remaining == 0)
                        _entries.Remove(entry);
                    return entry.Fault;
                }
            }

            return null;
        }
    }

    private sealed class Entry(int id, Fault fault)
    {
        private readonly Random _random = new(fault.Seed); // From the seed: the same requests are struck each time. Owned by _lock.
        private int _struck; // Owned by _lock.

        public int Id => id;

        public Fault Fault => fault;

        public int? Remaining => fault.Count - _struck;

        public bool Strikes(string provider, string model, string account)
        {
            var matches = (fault.Provider ?? provider) == provider
                && (fault.Model ?? model) == model
                && (fault.Account ?? account) == account;
            if (!matches || (fault.Probability < 1 && _random.NextDouble() >= fault.Probability))
                return false;
            _struck++;
            return true;
        }

        public ActiveFault View() => new(id, fault, Remaining, _struck);
    }
}
