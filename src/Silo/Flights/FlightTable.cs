using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Flights;

/// <summary>The flights of this silo: at most one for each key that others may board.</summary>
internal sealed class FlightTable : IFlightSource
{
    // Guards both maps and the readers of every flight; held for look-ups only.
    private readonly Lock _gate = new();
    private readonly Dictionary<CacheKey, Flight> _byKey = [];
    private readonly Dictionary<Guid, Flight> _byId = [];

    /// <summary>Flights that are under way or being stored.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byKey.Count;
            }
        }
    }

    /// <summary>Callers, and silos that follow, who read flights that others may board.</summary>
    public int Seats
    {
        get
        {
            lock (_gate)
            {
                return _byKey.Values.Sum(flight => flight.Readers);
            }
        }
    }

    /// <summary>Takes a seat in the flight of that key, or begins one. Whoever began one must feed it and close it.</summary>
    public Seat Board(CacheKey key)
    {
        lock (_gate)
        {
            if (_byKey.TryGetValue(key, out var running) && CanBeBoarded(running))
            {
                running.Readers++;
                return new(this, running, isFirst: false);
            }

            var flight = new Flight(key);
            _byKey[key] = flight;
            _byId[flight.Id] = flight;
            return new(this, flight, isFirst: true);
        }
    }

    /// <summary>Begins a flight that nobody else may board.</summary>
    public Seat BoardAlone(CacheKey key) => new(this, new Flight(key), isFirst: true);

    /// <summary>Lets nobody board any more; those who read go on.</summary>
    public void Close(Flight flight)
    {
        lock (_gate)
        {
            Remove(flight);
        }
    }

    /// <inheritdoc/>
    public FlightReading? Find(Guid id)
    {
        lock (_gate)
        {
            if (!_byId.TryGetValue(id, out var flight) || flight.Abandoned.IsCancellationRequested)
            {
                return null;
            }

            flight.Readers++;
            return new Reading(new(this, flight, isFirst: false));
        }
    }

    /// <summary>A reader leaves.</summary>
    internal void Leave(Flight flight)
    {
        lock (_gate)
        {
            if (--flight.Readers > 0 || flight.Record.End is not RecordEnd.Open)
            {
                return;
            }

            Remove(flight);
        }

        flight.Abandon();
    }

    // Who comes after a failure tries anew.
    private static bool CanBeBoarded(Flight flight) =>
        !flight.Abandoned.IsCancellationRequested && flight.Record.End is RecordEnd.Open or RecordEnd.Answered;

    private void Remove(Flight flight)
    {
        _byId.Remove(flight.Id);
        if (_byKey.TryGetValue(flight.Key, out var running) && running == flight)
        {
            _byKey.Remove(flight.Key);
        }
    }

    private sealed class Reading(Seat seat) : FlightReading(seat.Flight.Record)
    {
        public override void Dispose() => seat.Dispose();
    }
}
