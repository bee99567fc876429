using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// Fixed windows that start at midnight of a time zone. A charge counts in every window that its interval, widened by
/// <see cref="Budget.ClockMargin"/> at both ends, touches; so what may have arrived on either side of a boundary counts on both.
/// </summary>
/// <remarks>
/// A lease near a boundary must therefore fit into both windows, and leaves the later one again when its report shows that it was used
/// before. What is lost: uses within 1 s of a boundary are counted twice, 2 s of 86,400 for a day (0.0023 %).
/// </remarks>
public sealed class CalendarBudget : Budget
{
    private readonly TimeZoneInfo _zone;
    private (DateTimeOffset Start, DateTimeOffset End) _last;

    /// <summary>The rule for a definition of kind <see cref="BudgetKind.Calendar"/>.</summary>
    /// <exception cref="TimeZoneNotFoundException">The zone is unknown.</exception>
    public CalendarBudget(BudgetDefinition definition)
        : base(definition)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(definition.Window, TimeSpan.FromDays(1), nameof(definition));
        _zone = TimeZoneInfo.FindSystemTimeZoneById(definition.TimeZone);
    }

    /// <inheritdoc/>
    public override long Spent(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset from, DateTimeOffset to)
    {
        var fullest = 0L;
        for (var window = WindowAt(from - ClockMargin); window.Start <= to + ClockMargin; window = WindowAt(window.End))
        {
            fullest = Math.Max(fullest, Held(window, settled, charges));
        }

        return fullest;
    }

    /// <inheritdoc/>
    public override DateTimeOffset FitsAt(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, long needed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, Definition.Amount);
        var at = now;
        while (Blocking(settled, charges, at, at + span, needed) is { } window)
        {
            at = window.End + ClockMargin;
        }

        return at;
    }

    /// <inheritdoc/>
    public override void AddReleases(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, List<BudgetRelease> releases)
    {
        var most = Definition.Amount - Spent(settled, charges, now, now + span);
        for (var window = WindowAt(now - ClockMargin); most < Definition.Amount; window = WindowAt(window.End))
        {
            var at = window.End + ClockMargin;
            var free = Definition.Amount - Spent(settled, charges, at, at + span);
            if (free > most)
            {
                most = free;
                releases.Add(new(at - now, free));
            }
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset? ResetsAt(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now)
    {
        var window = WindowAt(now);
        return Held(window, settled, charges) > 0 ? window.End : null;
    }

    /// <inheritdoc/>
    public override void Settle(List<Bucket> settled, Charge charge, DateTimeOffset now)
    {
        if (charge.Amount == 0)
        {
            return;
        }

        foreach (var window in Touched(charge.From, charge.To).Where(window => window.End + ClockMargin > now))
        {
            var at = window.Start.ToUnixTimeMilliseconds();
            if (settled.Find(bucket => bucket.At == at) is { } bucket)
            {
                bucket.Amount += charge.Amount;
            }
            else
            {
                settled.Add(new Bucket { At = at, Amount = charge.Amount });
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsPast(Charge charge, DateTimeOffset now) => WindowAt(charge.To + ClockMargin).End + ClockMargin <= now;

    /// <inheritdoc/>
    public override void Forget(List<Bucket> settled, DateTimeOffset now) =>
        settled.RemoveAll(bucket => WindowAt(DateTimeOffset.FromUnixTimeMilliseconds(bucket.At)).End + ClockMargin <= now);

    /// <inheritdoc/>
    /// <remarks>Windows stand still on the wall clock, and the margin at their ends already covers both clocks.</remarks>
    public override void Delay(List<Bucket> settled, TimeSpan by)
    {
    }

    /// <inheritdoc/>
    public override void Merge(List<Bucket> settled, IReadOnlyList<Bucket> reported, DateTimeOffset now)
    {
        foreach (var window in reported.GroupBy(part => part.At))
        {
            var known = settled.Find(bucket => bucket.At == window.Key);
            if (known is null)
            {
                settled.Add(known = new Bucket { At = window.Key });
            }

            known.Amount = Math.Max(known.Amount, window.Sum(part => part.Amount));
        }
    }

    /// <inheritdoc/>
    public override bool IsSameWindow(DateTimeOffset then, DateTimeOffset now) => WindowAt(then - ClockMargin) == WindowAt(now + ClockMargin);

    /// <summary>The window that holds a moment; a window that a change of the clocks cuts short ends at midnight.</summary>
    internal (DateTimeOffset Start, DateTimeOffset End) WindowAt(DateTimeOffset moment)
    {
        // Nearly all questions are about the same window, and time zones are slow.
        if (moment < _last.Start || moment >= _last.End)
        {
            _last = FindWindow(moment);
        }

        return _last;
    }

    private (DateTimeOffset Start, DateTimeOffset End) FindWindow(DateTimeOffset moment)
    {
        var date = TimeZoneInfo.ConvertTime(moment, _zone).Date;
        var midnight = MidnightOf(date);
        var next = MidnightOf(date.AddDays(1));
        var start = midnight + (moment - midnight).Ticks / Definition.Window.Ticks * Definition.Window;
        var end = start + Definition.Window;

        // A day of 25 hours is one window, not a window and an hour.
        return Definition.Window == TimeSpan.FromDays(1) ? (midnight, next) : (start, end < next ? end : next);
    }

    private DateTimeOffset MidnightOf(DateTime date)
    {
        // A midnight that happens twice starts the day the first time; one that is skipped starts it when the clocks are changed.
        var offset = _zone.IsAmbiguousTime(date) ? _zone.GetAmbiguousTimeOffsets(date).Max() : _zone.GetUtcOffset(date);
        return new DateTimeOffset(date - offset, TimeSpan.Zero);
    }

    private IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Touched(DateTimeOffset from, DateTimeOffset to)
    {
        for (var window = WindowAt(from - ClockMargin); window.Start <= to + ClockMargin; window = WindowAt(window.End))
        {
            yield return window;
        }
    }

    private (DateTimeOffset Start, DateTimeOffset End)? Blocking(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset from, DateTimeOffset to, long needed)
    {
        foreach (var window in Touched(from, to))
        {
            if (Held(window, settled, charges) + needed > Definition.Amount)
            {
                return window;
            }
        }

        return null;
    }

    private static long Held(
        (DateTimeOffset Start, DateTimeOffset End) window, IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges)
    {
        var held = 0L;
        var at = window.Start.ToUnixTimeMilliseconds();
        for (var index = 0; index < settled.Count; index++)
        {
            held += settled[index].At == at ? settled[index].Amount : 0;
        }

        for (var index = 0; index < charges.Count; index++)
        {
            var charge = charges[index];
            var touches = charge.From - ClockMargin < window.End && charge.To + ClockMargin >= window.Start;
            held += touches ? charge.Amount : 0;
        }

        return held;
    }
}
