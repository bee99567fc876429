namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>
/// Fixed windows that start at midnight of a time zone and follow each other until the next midnight. A day with a change of clocks has
/// 23 or 25 hours: a window of a day is then that long, and the last of shorter windows ends at midnight.
/// </summary>
internal sealed class CalendarCounter(TimeSpan window, TimeZoneInfo zone) : QuotaCounter
{
    private DateTimeOffset _end;
    private long _sum;

    public override long Used(Moment now)
    {
        // A clock that is set back stays in the later window: forgetting a count would hide overspend.
        if (now.Utc < _end)
            return _sum;
        _end = EndOfWindow(now.Utc);
        _sum = 0;
        return _sum;
    }

    public override void Add(Moment now, long amount)
    {
        Used(now);
        _sum += amount;
    }

    public override TimeSpan UntilAtMost(Moment now, long level) => Used(now) <= level ? TimeSpan.Zero : _end - now.Utc;

    private DateTimeOffset EndOfWindow(DateTimeOffset utc)
    {
        var day = TimeZoneInfo.ConvertTime(utc, zone).Date;
        var (midnight, next) = (Midnight(day), Midnight(day.AddDays(1)));
        if (window >= TimeSpan.FromDays(1))
            return next;
        var end = midnight + ((((utc - midnight).Ticks / window.Ticks) + 1) * window);
        return end < next ? end : next;
    }

    private DateTimeOffset Midnight(DateTime day)
    {
        // Where clocks go forward at midnight, that instant does not exist and the day begins an hour later.
        while (zone.IsInvalidTime(day))
            day = day.AddMinutes(30);
        return new DateTimeOffset(TimeZoneInfo.ConvertTimeToUtc(day, zone));
    }
}
