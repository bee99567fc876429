using System.Diagnostics.CodeAnalysis;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Waiting;

/// <summary>
/// Who waits for headroom, and whose turn it is when a quota may have some: higher priorities first, then fair between keys, then in the order of arrival.
/// A quota is offered to those who prefer it; to others only when none of these can use it in time.
/// </summary>
/// <remarks>
/// Who is refused because a quota has room for it only later, but in time, keeps its turn: nobody behind it may take what it waits for. Not safe for
/// concurrent use: the owner locks.
/// </remarks>
/// <typeparam name="T">What the owner knows of who waits.</typeparam>
public sealed class WaitingList<T>
{
    private readonly SortedSet<WaitingTicket<T>> _tickets = new(TicketOrder.Instance);
    private readonly FairTags _tags = new();
    private long _number;

    /// <summary>How many wait.</summary>
    public int Count => _tickets.Count;

    /// <summary>All who wait, in the order in which they are served.</summary>
    public IEnumerable<WaitingTicket<T>> Tickets => _tickets;

    /// <summary>Somebody begins to wait.</summary>
    public WaitingTicket<T> Add(T item, WaitingTerms terms, ReadOnlySpan<WaitingChoice> choices)
    {
        var ticket = new WaitingTicket<T>(item, terms, choices, _tags.Take(terms.Priority, terms.Key), ++_number);
        _tickets.Add(ticket);
        return ticket;
    }

    /// <summary>Whose turn it is at a quota.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="now">The present.</param>
    /// <param name="ticket">Who may try; it has no other turn until <see cref="Refuse"/> or <see cref="Remove"/>.</param>
    /// <param name="choice">Which of its choices.</param>
    /// <returns>False when nobody may try the quota now.</returns>
    public bool TryNext(int quota, TimeSpan now, [NotNullWhen(true)] out WaitingTicket<T>? ticket, out int choice)
    {
        ticket = Find(quota, isPreferred: true, now, out choice, out var isKept) ?? (isKept ? null : Find(quota, isPreferred: false, now, out choice, out _));
        if (ticket is null)
        {
            return false;
        }

        ticket.IsTrying = true;
        return true;
    }

    /// <summary>Who had its turn was refused, and goes on waiting at its place.</summary>
    /// <param name="ticket">From <see cref="TryNext"/>.</param>
    /// <param name="choice">The choice that was tried.</param>
    /// <param name="until">When it is of use to try it again.</param>
    public void Refuse(WaitingTicket<T> ticket, int choice, TimeSpan until)
    {
        ticket.Postpone(choice, until);
        ticket.IsTrying = false;
    }

    /// <summary>Who waited is served, or leaves.</summary>
    public void Remove(WaitingTicket<T> ticket, bool isServed)
    {
        if (!ticket.HasLeft)
        {
            (ticket.HasLeft, ticket.IsTrying) = (true, false);
            _tickets.Remove(ticket);
            _tags.Release(ticket.Terms.Priority, ticket.Terms.Key, ticket.Tag, isServed);
        }
    }

    /// <summary>Room has come back unexpectedly: whoever waits for this quota may try again.</summary>
    public void Refresh(int quota, TimeSpan now)
    {
        foreach (var ticket in _tickets)
        {
            for (var index = 0; index < ticket.Choices.Length; index++)
            {
                if (ticket.Choices[index].Quota == quota && ticket.Choices[index].NotBefore > now)
                {
                    ticket.Postpone(index, now);
                }
            }
        }
    }

    /// <summary>What those will take from a quota who would be served before somebody new.</summary>
    public QuotaAmounts Ahead(int quota, int priority, string key)
    {
        var ahead = QuotaAmounts.Zero;
        var tag = _tags.Peek(priority, key);
        foreach (var ticket in _tickets)
        {
            if (ticket.Terms.Priority < priority || (ticket.Terms.Priority == priority && ticket.Tag > tag))
            {
                break;
            }

            ahead += ticket.NeedOf(quota) ?? QuotaAmounts.Zero;
        }

        return ahead;
    }

    /// <summary>The next moment, after now, at which somebody may get a turn or reaches its deadline; null when nobody waits.</summary>
    public TimeSpan? NextAt(TimeSpan now)
    {
        TimeSpan? next = null;
        foreach (var ticket in _tickets)
        {
            Consider(ref next, ticket.Terms.Deadline, now);
            Consider(ref next, ticket.Terms.LastCall, now);
            foreach (var choice in ticket.Choices)
            {
                Consider(ref next, choice.NotBefore, now);
            }
        }

        return next;
    }

    private static void Consider(ref TimeSpan? next, TimeSpan at, TimeSpan now)
    {
        if (at > now && !(next <= at))
        {
            next = at;
        }
    }

    private WaitingTicket<T>? Find(int quota, bool isPreferred, TimeSpan now, out int choice, out bool isKept)
    {
        (choice, isKept) = (-1, false);
        foreach (var ticket in _tickets)
        {
            if (ticket.IsTrying || ticket.Terms.Deadline < now)
            {
                continue;
            }

            choice = ticket.ChoiceOf(quota, isPreferred, now);
            if (choice < 0)
            {
                continue;
            }

            isKept = ticket.Choices[choice].NotBefore > now;
            return isKept ? null : ticket;
        }

        return null;
    }

    private sealed class TicketOrder : IComparer<WaitingTicket<T>>
    {
        public static readonly TicketOrder Instance = new();

        public int Compare(WaitingTicket<T>? left, WaitingTicket<T>? right)
        {
            var order = right!.Terms.Priority.CompareTo(left!.Terms.Priority);
            order = order != 0 ? order : left.Tag.CompareTo(right.Tag);
            return order != 0 ? order : left.Number.CompareTo(right.Number);
        }
    }
}
