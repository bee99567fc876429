using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>Those that wait for the next lease of a quota, in the order of arrival. The lock of its <see cref="SiloQuota"/> owns it.</summary>
/// <param name="isOfCaller">The quota is a caller's own limit.</param>
internal sealed class WaitingLine(bool isOfCaller)
{
    // A caller's own limit has no other target, and a refusal of it is final for most: there the first leases, which are small, must not be the reason.
    private readonly TimeSpan _longest = (isOfCaller ? 10 : 2) * LeaseRules.Pace;

    private readonly LinkedList<Waiter> _waiters = new();

    public bool IsEmpty => _waiters.Count == 0;

    public int Count => _waiters.Count;

    public Waiter? First => _waiters.First?.Value;

    /// <summary>What all of them need together.</summary>
    public QuotaAmounts Needs()
    {
        var needs = QuotaAmounts.Zero;
        foreach (var waiter in _waiters)
        {
            needs += waiter.Amounts;
        }

        return needs;
    }

    public void Add(Waiter waiter) => waiter.Place = _waiters.AddLast(waiter);

    /// <summary>Reserves for those in front as long as they fit.</summary>
    public void Serve(Stock stock, TimeSpan now)
    {
        while (First is { } first && stock.TryTake(first.Amounts, now, out var reservation))
        {
            Dismiss(first, ReserveOutcome.Granted(reservation));
        }
    }

    /// <summary>Refuses all who need at least as much as was refused.</summary>
    public void Refuse(QuotaAmounts least, ReserveOutcome outcome)
    {
        for (var place = _waiters.First; place is not null;)
        {
            var next = place.Next;
            if (RefusalMemory.Covers(least, place.Value.Amounts))
            {
                Dismiss(place.Value, outcome);
            }

            place = next;
        }
    }

    /// <summary>
    /// Refuses who still has nothing when a lease comes two seconds after it joined the line, ten for a caller's own limit. A quota that gives less than is
    /// asked for would have a line without end, in which patience, priorities and turns count for nothing, and from which no other target is tried.
    /// </summary>
    public void RefuseLate(TimeSpan now)
    {
        while (First is { } first && first.JoinedAt <= now - _longest)
        {
            Dismiss(first, ReserveOutcome.Exhausted(LeaseRules.ReturnPoll));
        }
    }

    /// <summary>Lets a waiter go whose caller left, unless it has its outcome already.</summary>
    public void Leave(Waiter waiter)
    {
        if (waiter.Place is not null)
        {
            Remove(waiter);
            waiter.Cancel();
        }
    }

    private void Dismiss(Waiter waiter, ReserveOutcome outcome)
    {
        Remove(waiter);
        waiter.Complete(outcome);
    }

    private void Remove(Waiter waiter)
    {
        _waiters.Remove(waiter.Place!);
        waiter.Place = null;
    }
}
