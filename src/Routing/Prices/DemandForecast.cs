using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Routing.Prices;

/// <summary>How many requests are to be expected. Before a day is known it expects more than it sees. Not safe for concurrent use.</summary>
internal sealed class DemandForecast
{
    /// <summary>How many times the present demand is expected of a time of day that was never seen.</summary>
    public const double UnknownGrowth = 3;

    /// <summary>How fast the present demand is followed: what came this long ago counts e times less.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(30);

    private const int Slots = 48;
    private const double NewDay = 0.3;

    private static readonly TimeSpan SlotLength = TimeSpan.FromDays(1) / Slots;
    private static readonly TimeSpan LeastSeen = TimeSpan.FromMinutes(1);

    private readonly double[] _rates = [.. Enumerable.Repeat(-1.0, Slots)];
    private DateTimeOffset? _begun;
    private DateTimeOffset _at;
    private double _recent;
    private double _known;
    private DateTimeOffset _slotFrom;
    private double _inSlot;
    private double _highest;

    /// <summary>What is learned.</summary>
    public DayProfile Profile => new([.. _rates]);

    /// <summary>Goes on with what was learned before.</summary>
    public void Restore(DayProfile profile)
    {
        for (var slot = 0; slot < Math.Min(Slots, profile.Rates.Length); slot++)
        {
            _rates[slot] = double.IsFinite(profile.Rates[slot]) ? profile.Rates[slot] : -1;
        }
    }

    /// <summary>So many requests came since the last call.</summary>
    public void Take(long requests, DateTimeOffset now)
    {
        if (_begun is null)
        {
            (_begun, _at, _slotFrom) = (now, now, now);
        }

        EndSlots(now);
        _inSlot += requests;
        Follow(requests, now);
    }

    /// <summary>The requests that are to be expected in a time from now on.</summary>
    public double Expected(DateTimeOffset now, TimeSpan time)
    {
        var (level, rate) = (Level(now), Math.Max(Rate(now), _highest));
        var expected = 0.0;
        for (var (at, end) = (now, now + time); at < end;)
        {
            var slotEnd = at.AddTicks(SlotLength.Ticks - (at.UtcTicks % SlotLength.Ticks));
            slotEnd = slotEnd < end ? slotEnd : end;
            var known = _rates[SlotOf(at)];
            expected += (known < 0 ? rate * UnknownGrowth : known * level) * (slotEnd - at).TotalSeconds;
            at = slotEnd;
        }

        return expected;
    }

    /// <summary>Requests per second at present.</summary>
    public double Rate(DateTimeOffset now)
    {
        // A burst of some seconds says nothing about minutes.
        var seconds = Math.Max((now - (_begun ?? now)).TotalSeconds, LeastSeen.TotalSeconds);
        var seen = Memory.TotalSeconds * (1 - Math.Exp(-seconds / Memory.TotalSeconds));
        return _recent * Math.Exp(-(now - _at) / Memory) / seen;
    }

    // How today compares with the days before at the same time; not more than twofold either way.
    private double Level(DateTimeOffset now) => _known > 0 ? Math.Clamp(_recent * Math.Exp(-(now - _at) / Memory) / _known, 0.5, 2) : 1;

    private void Follow(long requests, DateTimeOffset now)
    {
        var fade = Math.Exp(-(now - _at) / Memory);
        _recent = (_recent * fade) + requests;
        var rate = _rates[SlotOf(now)];
        _known = rate < 0 ? 0 : (_known * fade) + (rate * (now - _at).TotalSeconds);
        _at = now;
    }

    private void EndSlots(DateTimeOffset now)
    {
        var end = _slotFrom.AddTicks(SlotLength.Ticks - (_slotFrom.UtcTicks % SlotLength.Ticks));
        if (now < end)
        {
            return;
        }

        // A slot of which only a part was seen, or during which nobody reported, says little.
        var seen = end - _slotFrom;
        _highest = Math.Max(_highest, _inSlot / Math.Max(seen.TotalSeconds, SlotLength.TotalSeconds / 2));
        if (seen >= SlotLength / 2 && now - end < SlotLength)
        {
            var rate = _inSlot / seen.TotalSeconds;
            ref var known = ref _rates[SlotOf(_slotFrom)];
            known = known < 0 ? rate : known + (NewDay * (rate - known));
        }

        (_slotFrom, _inSlot) = (now, 0);
    }

    private static int SlotOf(DateTimeOffset at) => (int)(at.UtcDateTime.TimeOfDay.Ticks / SlotLength.Ticks);
}
