using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Cluster.Tests;

/// <summary>
/// A provider that writes down what arrives and when, on its own clock, and afterwards judges every window there is. It knows the limits and none
/// of the rules by which they are kept.
/// </summary>
public sealed class ProviderDouble(params BudgetDefinition[] limits)
{
    private readonly Lock _gate = new();
    private readonly List<Arrival> _arrivals = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _arrivals.Count;
            }
        }
    }

    public void Arrive(DateTimeOffset at, QuotaAmounts amounts)
    {
        lock (_gate)
        {
            _arrivals.Add(new(at, amounts));
        }
    }

    /// <summary>What arrived in a time, its end excluded.</summary>
    public long Sum(BudgetMetric metric, DateTimeOffset from, DateTimeOffset to)
    {
        lock (_gate)
        {
            return _arrivals.Where(arrival => arrival.At >= from && arrival.At < to).Sum(arrival => arrival.Amounts.Of(metric));
        }
    }

    /// <summary>No window of any limit holds more than its amount.</summary>
    public void AssertNoOverspend()
    {
        lock (_gate)
        {
            _arrivals.Sort((left, right) => left.At.CompareTo(right.At));
            foreach (var limit in limits)
            {
                var (fullest, at) = Fullest(limit);
                Assert.True(fullest <= limit.Amount, $"{limit}: {fullest} at {at:O}, {_arrivals.Count} arrivals");
            }
        }
    }

    private (decimal Amount, DateTimeOffset At) Fullest(BudgetDefinition limit) => limit.Kind switch
    {
        BudgetKind.Rolling => FullestInterval(limit),
        BudgetKind.Calendar => FullestWindow(limit),
        _ => HighestLevel(limit),
    };

    // Every interval that ends with an arrival, both ends included.
    private (decimal Amount, DateTimeOffset At) FullestInterval(BudgetDefinition limit)
    {
        var (fullest, at, sum, oldest) = (0L, default(DateTimeOffset), 0L, 0);
        foreach (var arrival in _arrivals)
        {
            sum += arrival.Amounts.Of(limit.Metric);
            for (; _arrivals[oldest].At < arrival.At - limit.Window; oldest++)
            {
                sum -= _arrivals[oldest].Amounts.Of(limit.Metric);
            }

            (fullest, at) = sum > fullest ? (sum, arrival.At) : (fullest, at);
        }

        return (fullest, at);
    }

    // By what the wall clock of the zone shows: a day is its date, however many hours it has.
    private (decimal Amount, DateTimeOffset At) FullestWindow(BudgetDefinition limit)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(limit.TimeZone);
        var isDay = limit.Window == TimeSpan.FromDays(1);
        return _arrivals
            .Select(arrival => (Local: TimeZoneInfo.ConvertTime(arrival.At, zone), arrival.Amounts))
            .GroupBy(entry => isDay
                ? (entry.Local.Date, TimeSpan.Zero, 0)
                : (entry.Local.Date, entry.Local.Offset, entry.Local.TimeOfDay.Ticks / limit.Window.Ticks))
            .Select(window => ((decimal)window.Sum(entry => entry.Amounts.Of(limit.Metric)), window.First().Local))
            .DefaultIfEmpty()
            .MaxBy(window => window.Item1);
    }

    // A bucket that drains amount/window all the time; the level just after each arrival.
    private (decimal Amount, DateTimeOffset At) HighestLevel(BudgetDefinition limit)
    {
        var (highest, at, level, last) = (0m, default(DateTimeOffset), 0m, DateTimeOffset.MinValue);
        foreach (var arrival in _arrivals)
        {
            var drained = last == DateTimeOffset.MinValue ? 0 : (decimal)(arrival.At - last).Ticks * limit.Amount / limit.Window.Ticks;
            level = Math.Max(0, level - drained) + arrival.Amounts.Of(limit.Metric);
            last = arrival.At;

            // Ticks of 100 ns: the last digits are rounding.
            var shown = decimal.Round(level, 6);
            (highest, at) = shown > highest ? (shown, arrival.At) : (highest, at);
        }

        return (highest, at);
    }

    private readonly record struct Arrival(DateTimeOffset At, QuotaAmounts Amounts);
}
