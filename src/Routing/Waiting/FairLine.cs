using System.Runtime.InteropServices;

namespace ThotNet.Routing.Waiting;

/// <summary>
/// Those of one priority who wait. Keys take turns: the n-th request of each key has the same rank, counted with what was served of the key as long as
/// somebody waits, and a key that comes later begins where the line stands. Equal ranks are in the order of arrival.
/// </summary>
/// <remarks>
/// A request that gives up makes way for those of its key behind it, each of which takes the place before its own; the others' places stay as they are.
/// </remarks>
internal sealed class FairLine<T>
{
    private readonly SortedSet<Place> _places = new(PlaceOrder.Instance);
    private readonly Dictionary<string, Turns> _keys = new(StringComparer.Ordinal);
    private long _number;

    public bool IsEmpty => _places.Count == 0;

    /// <summary>All who wait, in the order in which they are served.</summary>
    public IEnumerable<(WaitingTicket<T> Ticket, long Rank)> Places
    {
        get
        {
            foreach (var place in _places)
            {
                yield return (place.Ticket, place.Rank);
            }
        }
    }

    /// <summary>The rank that a new request of a key would have.</summary>
    public long RankOf(string key) => Math.Max(_places.Min?.Rank ?? 0, _keys.TryGetValue(key, out var turns) ? turns.Last + 1 : 0);

    public void Add(WaitingTicket<T> ticket)
    {
        var place = new Place(ticket, RankOf(ticket.Terms.Key), ++_number);
        ref var turns = ref CollectionsMarshal.GetValueRefOrAddDefault(_keys, ticket.Terms.Key, out _);
        turns ??= new();
        turns.Last = place.Rank;
        turns.Places.Add(place);
        _places.Add(place);
    }

    /// <summary>Takes a request out of the line.</summary>
    /// <param name="ticket">The request.</param>
    /// <param name="isServed">It was served, and did not give up.</param>
    /// <param name="inTurnOfKey">It was served before its turn, in the first one that its key had.</param>
    public void Remove(WaitingTicket<T> ticket, bool isServed, bool inTurnOfKey)
    {
        var turns = _keys[ticket.Terms.Key];
        var index = turns.Places.FindIndex(place => place.Ticket == ticket);
        for (; inTurnOfKey && index > 0; index--)
        {
            turns.Places[index].Ticket = turns.Places[index - 1].Ticket;
        }

        if (!isServed)
        {
            for (; index < turns.Places.Count - 1; index++)
            {
                turns.Places[index].Ticket = turns.Places[index + 1].Ticket;
            }

            turns.Last -= turns.Last == turns.Places[index].Rank ? 1 : 0;
        }

        _places.Remove(turns.Places[index]);
        turns.Places.RemoveAt(index);
        Forget();
    }

    // What was served to keys that do not wait is of interest only as long as it puts them behind others.
    private void Forget()
    {
        if (_keys.Count > 2 * _places.Count)
        {
            var first = _places.Min?.Rank ?? long.MaxValue;
            foreach (var (key, turns) in _keys)
            {
                if (turns.Places.Count == 0 && turns.Last < first)
                {
                    _keys.Remove(key);
                }
            }
        }
    }

    /// <summary>What a key has had: <see cref="Last"/> is the highest rank of what waits or was served.</summary>
    private sealed class Turns
    {
        public long Last { get; set; }

        public List<Place> Places { get; } = [];
    }

    private sealed class Place(WaitingTicket<T> ticket, long rank, long number)
    {
        public WaitingTicket<T> Ticket { get; set; } = ticket;

        public long Rank => rank;

        public long Number => number;
    }

    private sealed class PlaceOrder : IComparer<Place>
    {
        public static readonly PlaceOrder Instance = new();

        public int Compare(Place? left, Place? right)
        {
            var order = left!.Rank.CompareTo(right!.Rank);
            return order != 0 ? order : left.Number.CompareTo(right.Number);
        }
    }
}
