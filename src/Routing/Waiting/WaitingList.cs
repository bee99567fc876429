using System.Diagnostics.CodeAnalysis;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Waiting;

/// <summary>
/// Who waits for headroom, and whose turn it is when a quota may have some: higher priorities first, then fair between keys, then in the order of arrival.
/// A quota is offered to those who prefer it; what none of these can use in time is spare and goes to the others, of each key to the request that it costs
/// least.
/// </summary>
/// <remarks>
/// Who is refused because a quota has room for it only later, but in time, keeps its turn: nobody behind it may take what it waits for. Who tries a target
/// at this moment keeps nobody from other quotas: an authority that is silent must not hold up the line of another. Not safe for concurrent use: the
/// owner locks.
/// </remarks>
/// <typeparam name="T">What the owner knows of who waits.</typeparam>
public sealed class WaitingList<T>
{
    // Prices of the same need differ a little from moment to moment; nobody is overtaken for that.
    private const double WorthJumping = 0.9;

    private readonly SortedList<int, FairLine<T>> _lines = new(Comparer<int>.Create((left, right) => right.CompareTo(left)));
    private long _number;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>All who wait, in the order in which they are served.</summary>
    public IEnumerable<WaitingTicket<T>> Tickets
    {
        get
        {
            foreach (var line in _lines.Values)
            {
                foreach (var (ticket, _) in line.Places)
                {
                    yield return ticket;
                }
            }
        }
    }

    /// <summary>Somebody begins to wait.</summary>
    /// <param name="item">What the owner knows of it.</param>
    /// <param name="terms">On what terms.</param>
    /// <param name="choices">
    /// What it may be served by. By the first preferred one that is not too late it is counted in <see cref="Ahead"/>, so that should be the one that is
    /// expected to serve it.
    /// </param>
    public WaitingTicket<T> Add(T item, WaitingTerms terms, ReadOnlySpan<WaitingChoice> choices)
    {
        var ticket = new WaitingTicket<T>(item, terms, choices, ++_number);
        if (!_lines.TryGetValue(terms.Priority, out var line))
        {
            _lines.Add(terms.Priority, line = new());
        }

        line.Add(ticket);
        Count++;
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
        ticket = First(quota, isPreferred: true, now, out choice) ?? CheapestSpare(quota, now, out choice);
        if (ticket is null || ticket.Choices[choice].NotBefore > now)
        {
            return false;
        }

        ticket.IsTrying = true;
        ticket.TriesSpare = !ticket.Choices[choice].IsPreferred;
        return true;
    }

    /// <summary>Whether somebody new may take room of a quota at once: nobody waits for it who would be served before.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="priority">The newcomer's priority.</param>
    /// <param name="key">The newcomer's key.</param>
    /// <param name="isPreferred">Whether it prefers the quota; otherwise all who do so are before it.</param>
    /// <param name="now">The present.</param>
    public bool MayPass(int quota, int priority, string key, bool isPreferred, TimeSpan now)
    {
        foreach (var (level, line) in _lines)
        {
            var rank = level == priority ? line.RankOf(key) : level > priority ? long.MaxValue : long.MinValue;
            foreach (var (ticket, place) in line.Places)
            {
                var isBefore = place <= rank;
                if (isPreferred && !isBefore)
                {
                    break;
                }

                if (ticket.Terms.Deadline >= now
                    && (ticket.ChoiceOf(quota, isPreferred: true, now) >= 0 || (isBefore && !isPreferred && ticket.ChoiceOf(quota, false, now) >= 0)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Who had its turn was refused, and goes on waiting at its place.</summary>
    /// <param name="ticket">From <see cref="TryNext"/>.</param>
    /// <param name="choice">The choice that was tried.</param>
    /// <param name="until">When it is of use to try it again.</param>
    public void Refuse(WaitingTicket<T> ticket, int choice, TimeSpan until)
    {
        ticket.Postpone(choice, until);
        (ticket.IsTrying, ticket.TriesSpare) = (false, false);
    }

    /// <summary>Who waited is served, or leaves.</summary>
    public void Remove(WaitingTicket<T> ticket, bool isServed)
    {
        if (ticket.HasLeft)
        {
            return;
        }

        (ticket.HasLeft, ticket.IsTrying) = (true, false);
        var line = _lines[ticket.Terms.Priority];
        line.Remove(ticket, isServed, isServed && ticket.TriesSpare);
        Count--;
        if (line.IsEmpty)
        {
            _lines.Remove(ticket.Terms.Priority);
        }
    }

    /// <summary>Who gives way to somebody of a higher priority: the newest of the lowest one, unless it tries a target; null when there is nobody.</summary>
    /// <param name="priority">The newcomer's priority.</param>
    public WaitingTicket<T>? LastBelow(int priority)
    {
        for (var lowest = _lines.Count - 1; lowest >= 0 && _lines.GetKeyAtIndex(lowest) < priority; lowest--)
        {
            WaitingTicket<T>? last = null;
            foreach (var (ticket, _) in _lines.GetValueAtIndex(lowest).Places)
            {
                last = !ticket.IsTrying && (last is null || ticket.Number > last.Number) ? ticket : last;
            }

            if (last is not null)
            {
                return last;
            }
        }

        return null;
    }

    /// <summary>Room has come back unexpectedly: whoever waits for this quota may try again.</summary>
    public void Refresh(int quota, TimeSpan now)
    {
        foreach (var ticket in Tickets)
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
        foreach (var (level, line) in _lines)
        {
            if (level < priority)
            {
                break;
            }

            var rank = level == priority ? line.RankOf(key) : long.MaxValue;
            foreach (var (ticket, place) in line.Places)
            {
                if (place > rank)
                {
                    break;
                }

                ahead += ticket.NeedOf(quota) ?? QuotaAmounts.Zero;
            }
        }

        return ahead;
    }

    /// <summary>What those will take from a quota who would be served before somebody new that does not prefer it.</summary>
    /// <param name="quota">The quota.</param>
    /// <param name="priority">The newcomer's priority.</param>
    /// <param name="price">What the quota costs the newcomer.</param>
    /// <param name="now">The present.</param>
    public QuotaAmounts AheadOfSpare(int quota, int priority, double price, TimeSpan now)
    {
        var ahead = QuotaAmounts.Zero;
        foreach (var ticket in Tickets)
        {
            if (ticket.NeedOf(quota) is { } need)
            {
                ahead += need;
            }
            else if (ticket.Terms.Priority >= priority && ticket.ChoiceOf(quota, isPreferred: false, now) is var choice and >= 0
                && (ticket.Terms.Priority > priority || ticket.Choices[choice].Price <= price))
            {
                ahead += ticket.Choices[choice].Amounts;
            }
        }

        return ahead;
    }

    /// <summary>The next moment, after now, at which somebody may get a turn or reaches its deadline; null when nobody waits.</summary>
    public TimeSpan? NextAt(TimeSpan now)
    {
        TimeSpan? next = null;
        foreach (var ticket in Tickets)
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

    // What nobody prefers goes where it costs least, so that as much as possible is left of what is scarce; but keys take turns there, too.
    private WaitingTicket<T>? CheapestSpare(int quota, TimeSpan now, out int choice)
    {
        var first = First(quota, isPreferred: false, now, out choice);
        if (first is null)
        {
            return null;
        }

        var cheapest = first;
        foreach (var (ticket, _) in _lines[first.Terms.Priority].Places)
        {
            if (ticket.Terms.Key == first.Terms.Key && StandsFor(ticket, quota, isPreferred: false, now, out var other)
                && ticket.Choices[other].Price < cheapest.Choices[choice].Price * (cheapest == first ? WorthJumping : 1))
            {
                (cheapest, choice) = (ticket, other);
            }
        }

        return cheapest;
    }

    private WaitingTicket<T>? First(int quota, bool isPreferred, TimeSpan now, out int choice)
    {
        foreach (var ticket in Tickets)
        {
            if (StandsFor(ticket, quota, isPreferred, now, out choice))
            {
                return ticket;
            }
        }

        choice = -1;
        return null;
    }

    private static bool StandsFor(WaitingTicket<T> ticket, int quota, bool isPreferred, TimeSpan now, out int choice)
    {
        choice = ticket.IsTrying || ticket.Terms.Deadline < now ? -1 : ticket.ChoiceOf(quota, isPreferred, now);
        return choice >= 0;
    }

    private static void Consider(ref TimeSpan? next, TimeSpan at, TimeSpan now)
    {
        if (at > now && !(next <= at))
        {
            next = at;
        }
    }
}
