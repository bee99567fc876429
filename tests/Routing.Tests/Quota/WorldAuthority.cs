using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>An authority that dies and comes back elsewhere, with another clock and whatever was stored.</summary>
internal sealed class WorldAuthority(WorldStore store)
{
    private readonly HashSet<long> _grantedWhileLearning = [];
    private QuotaLedger? _ledger;
    private TimeSpan _ahead;
    private int _authors;

    /// <summary>What it decides over; null before it was asked.</summary>
    public QuotaState? State { get; private set; }

    /// <summary>What its clock says.</summary>
    public DateTimeOffset TimeAt(double now) => WorldProvider.Start + TimeSpan.FromSeconds(now) + _ahead;

    /// <summary>Whether a lease rested on the safe share, because silos that are alive had not told yet.</summary>
    public bool IsGrantedWhileLearning(long lease) => _grantedWhileLearning.Contains(lease);

    /// <summary>It forgets what it did not store.</summary>
    public void Die() => _ledger = null;

    /// <summary>It dies and comes back, mostly elsewhere.</summary>
    public void Restart(int how)
    {
        Die();
        _authors += how % 3;
        if (how % 3 > 0)
        {
            _ahead = TimeSpan.FromMilliseconds(how % 2001 - 1000);
        }
    }

    public void Redefine(double now, QuotaDefinition definition) => _ledger?.Redefine(definition, TimeAt(now));

    public QuotaLedger LedgerAt(double now, QuotaDefinition definition)
    {
        if (_ledger is null)
        {
            State = store.Read();
            _ledger = new(definition, State, store.IsEmpty, TimeAt(now));
            _ledger.TakeOver($"author-{_authors}");
        }

        return _ledger;
    }

    /// <summary>One turn; null when the store did not confirm it.</summary>
    public LeaseAnswer? Renew(LeaseRequest request, IReadOnlyCollection<string> live, double now, QuotaDefinition definition)
    {
        var (answer, mustStore) = LedgerAt(now, definition).Renew(request, live, TimeAt(now));
        if (answer is { Lease: { } lease, Learning: true })
        {
            _grantedWhileLearning.Add(lease.Id);
        }

        if (!mustStore || store.TryWrite(State!))
        {
            return answer;
        }

        Die();
        return null;
    }
}
