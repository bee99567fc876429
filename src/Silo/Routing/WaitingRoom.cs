using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Telemetry;
using ThotNet.Routing;
using ThotNet.Routing.Waiting;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Routing;

/// <summary>
/// Where requests of this silo wait for headroom, whoever's; only so many at once. Of each quota one request at a time has the turn: it tries by itself,
/// and whatever becomes of that passes the turn on.
/// </summary>
/// <remarks>One lock, <c>_gate</c>, owns every field and everything reachable from here; nothing is awaited and no foreign code runs under it.</remarks>
public sealed class WaitingRoom : IDisposable
{
    /// <summary>Waiting shorter than this is not worth a timer.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);

    private static readonly RequestPriority[] Priorities = Enum.GetValues<RequestPriority>();

    private readonly Lock _gate = new();
    private readonly WaitingList<WaitingPlace> _list = new();
    private readonly FrozenDictionary<string, int> _quotas;
    private readonly WaitingPlace?[] _turns;
    private readonly TimeSpan[] _refusedUntil;
    private readonly TimeSpan[] _easedAt;
    private readonly int[] _waiting = new int[Priorities.Length];
    private readonly int _most;
    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly WakeUp _wakeUp;

    // Written under the lock, and read without it by those who only want to know whether anybody waits.
    private volatile int _count;

    /// <summary>An empty room.</summary>
    public WaitingRoom(ThotNetOptions options, Catalog catalog, LeaseBook leases, TimeProvider time)
    {
        _most = options.Routing.MaxWaiting;
        _time = time;
        _origin = time.GetTimestamp();
        var quotas = catalog.Targets.Select(target => target.QuotaKey).Distinct(StringComparer.Ordinal).ToArray();
        _quotas = quotas.Select((key, index) => KeyValuePair.Create(key, index)).ToFrozenDictionary(StringComparer.Ordinal);
        _turns = new WaitingPlace?[quotas.Length];
        _refusedUntil = new TimeSpan[quotas.Length];
        _easedAt = new TimeSpan[quotas.Length];
        _wakeUp = new(time, Wake);
        leases.Eased += Refresh;
        ThotNetTelemetry.Meter.CreateObservableGauge("thotnet.waiting", Show, "{request}", "Requests that wait for headroom.");
    }

    /// <summary>How many wait in line.</summary>
    internal int Count => _count;

    internal TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>How long a request waits that may be served after <paramref name="earliest"/>.</summary>
    public static TimeSpan PauseOf(TimeSpan earliest) => earliest > ShortestWait ? earliest : ShortestWait;

    /// <summary>Waits for nothing but time; false at once when the room is full.</summary>
    /// <param name="priority">Whose wait it is.</param>
    /// <param name="pause">How long.</param>
    /// <param name="cancel">The caller left.</param>
    public async Task<bool> WaitAsync(RequestPriority priority, TimeSpan pause, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_waiting.Sum() >= _most)
            {
                return false;
            }

            _waiting[(int)priority]++;
        }

        try
        {
            await Task.Delay(pause, _time, cancel);
            return true;
        }
        finally
        {
            lock (_gate)
            {
                _waiting[(int)priority]--;
            }
        }
    }

    /// <summary>The place of a quota in this room's order.</summary>
    internal int QuotaOf(TargetDefinition target) => _quotas[target.QuotaKey];

    /// <summary>Whether nobody waits for the quota who would be served before somebody new.</summary>
    internal bool MayPass(int quota, RequestPriority priority, string key, bool isPreferred)
    {
        if (_count == 0)
        {
            return true;
        }

        lock (_gate)
        {
            return _list.MayPass(quota, (int)priority, key, isPreferred, Now);
        }
    }

    /// <summary>What those take from a quota who would be served before somebody new, and until when the first of them was refused.</summary>
    internal (QuotaAmounts Amounts, TimeSpan NotBefore) Ahead(int quota, RequestPriority priority, string key, in Candidate candidate)
    {
        if (_count == 0)
        {
            return default;
        }

        lock (_gate)
        {
            var ahead = candidate.IsPreferred
                ? _list.Ahead(quota, (int)priority, key)
                : _list.AheadOfSpare(quota, (int)priority, candidate.Price, Now);
            return (ahead, _refusedUntil[quota]);
        }
    }

    /// <summary>Begins to wait; null at once when the room is full of others that need not give way. It must end with <see cref="Leave"/>.</summary>
    /// <param name="terms">On what terms.</param>
    /// <param name="choices">What it waits for, the one first that is expected to serve it; and since when that is known of each.</param>
    internal WaitingPlace? Join(WaitingTerms terms, (WaitingChoice Choice, TimeSpan AsOf)[] choices)
    {
        lock (_gate)
        {
            if (_waiting.Sum() >= _most)
            {
                if (_list.LastBelow(terms.Priority) is not { } last)
                {
                    return null;
                }

                Dismiss(last.Item);
            }

            var place = new WaitingPlace();
            place.Ticket = _list.Add(place, terms, [.. choices.Select(known => UpToDate(known.Choice, known.AsOf))]);
            _waiting[terms.Priority]++;
            GoOn(Now);
            return place;
        }
    }

    /// <summary>Who had its turn was refused, and waits on unless that is hopeless.</summary>
    /// <param name="place">Whose turn it was.</param>
    /// <param name="choice">What it tried.</param>
    /// <param name="until">When it is of use to try it again.</param>
    /// <param name="isSpent">The quota has no room until then, for so much.</param>
    internal void Refuse(WaitingPlace place, int choice, TimeSpan until, bool isSpent)
    {
        lock (_gate)
        {
            var now = Now;
            if (isSpent)
            {
                _refusedUntil[place.Quota] = until;
            }

            place.Again();
            EndTurn(place);
            _list.Refuse(place.Ticket!, choice, until);
            if (place.Ticket!.IsHopeless || place.Ticket.Terms.Deadline <= now)
            {
                Dismiss(place);
            }

            GoOn(now);
        }
    }

    /// <summary>Waits no longer; what was its turn is another's. Calling it again changes nothing.</summary>
    internal void Leave(WaitingPlace place, bool isServed)
    {
        lock (_gate)
        {
            if (isServed && place.Quota >= 0)
            {
                _refusedUntil[place.Quota] = TimeSpan.Zero;
            }

            EndTurn(place);
            Remove(place, isServed);
            GoOn(Now);
        }
    }

    /// <summary>The caller left: it waits no longer, unless it tries a target at this moment, which ends by itself.</summary>
    internal void Abandon(WaitingPlace place)
    {
        lock (_gate)
        {
            if (place.Quota < 0)
            {
                Remove(place, isServed: false);
                place.Cancel();
                GoOn(Now);
            }
        }
    }

    /// <summary>Room may have come back to a quota sooner than was known.</summary>
    internal void Refresh(string quotaKey)
    {
        if (!_quotas.TryGetValue(quotaKey, out var quota))
        {
            return;
        }

        lock (_gate)
        {
            var now = Now;
            _easedAt[quota] = now;
            if (_count > 0)
            {
                _refusedUntil[quota] = TimeSpan.Zero;
                _list.Refresh(quota, now);
                GoOn(now);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _wakeUp.Dispose();

    private void Wake()
    {
        lock (_gate)
        {
            _wakeUp.Clear();
            GoOn(Now);
        }
    }

    // Sends those away whose time is over, gives the turns that are free, and sees that the next moment is not missed.
    private void GoOn(TimeSpan now)
    {
        List<WaitingPlace>? late = null;
        foreach (var ticket in _list.Tickets)
        {
            if (ticket.Terms.Deadline <= now && !ticket.IsTrying)
            {
                (late ??= []).Add(ticket.Item);
            }
        }

        late?.ForEach(Dismiss);
        while (GiveTurns(now))
        {
        }

        _count = _list.Count;
        if (_list.NextAt(now) is { } next)
        {
            _wakeUp.Set(next, now);
        }
    }

    // What was refused before something came back may be tried at once.
    private WaitingChoice UpToDate(WaitingChoice choice, TimeSpan asOf) =>
        _easedAt[choice.Quota] > asOf && choice.NotBefore > Now ? choice with { NotBefore = Now } : choice;

    private bool GiveTurns(TimeSpan now)
    {
        var any = false;
        for (var quota = 0; quota < _turns.Length; quota++)
        {
            if (_turns[quota] is null && _list.TryNext(quota, now, out var ticket, out var choice))
            {
                any = true;
                _turns[quota] = ticket.Item;
                ticket.Item.Quota = quota;
                ticket.Item.Tell(choice);
            }
        }

        return any;
    }

    private void EndTurn(WaitingPlace place)
    {
        if (place.Quota >= 0)
        {
            _turns[place.Quota] = null;
            place.Quota = -1;
        }
    }

    private void Dismiss(WaitingPlace place)
    {
        Remove(place, isServed: false);
        place.Tell(null);
    }

    private void Remove(WaitingPlace place, bool isServed)
    {
        if (!place.Ticket!.HasLeft)
        {
            _list.Remove(place.Ticket, isServed);
            _waiting[place.Ticket.Terms.Priority]--;
        }
    }

    private IEnumerable<Measurement<int>> Show()
    {
        int[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiting];
        }

        return Priorities.Select(priority => new Measurement<int>(
            waiting[(int)priority], new KeyValuePair<string, object?>("priority", priority.ToString().ToLowerInvariant())));
    }
}
