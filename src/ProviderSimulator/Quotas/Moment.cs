namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>A point in time on both clocks: the steady one for windows and buckets, the calendar for days.</summary>
/// <param name="Steady">Ticks of 100 ns on the monotonic clock; only differences mean something.</param>
/// <param name="Utc">The calendar time.</param>
internal readonly record struct Moment(long Steady, DateTimeOffset Utc)
{
    /// <summary>The present of <paramref name="time"/>.</summary>
    /// <remarks>In whole numbers: <see cref="TimeProvider.GetElapsedTime(long)"/> goes through a double and loses ticks.</remarks>
    public static Moment Of(TimeProvider time) =>
        new((long)((Int128)time.GetTimestamp() * TimeSpan.TicksPerSecond / time.TimestampFrequency), time.GetUtcNow());
}
