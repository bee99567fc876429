namespace ThotNet.Providers.Failures;

/// <summary>The ends of the providers' days (wire.md 2.4, 4.5).</summary>
internal static class Midnight
{
    private static readonly TimeZoneInfo Pacific =
        TimeZoneInfo.TryFindSystemTimeZoneById("America/Los_Angeles", out var zone)
            ? zone
            : TimeZoneInfo.CreateCustomTimeZone("Pacific", TimeSpan.FromHours(-8), "Pacific", "Pacific");

    /// <summary>Time until the next midnight in UTC.</summary>
    public static TimeSpan UntilUtc(DateTimeOffset now) => Until(now, TimeZoneInfo.Utc);

    /// <summary>Time until the next midnight in Los Angeles, summer time heeded.</summary>
    public static TimeSpan UntilPacific(DateTimeOffset now) => Until(now, Pacific);

    private static TimeSpan Until(DateTimeOffset now, TimeZoneInfo zone)
    {
        var midnight = TimeZoneInfo.ConvertTime(now, zone).Date.AddDays(1);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)) - now;
    }
}
