namespace ThotNet.Cluster.Tests;

/// <summary>The clock of one silo: the common time, told wrongly by <see cref="Ahead"/>. Timers and durations are right, as on a real machine.</summary>
public sealed class SiloClock(TimeProvider common) : TimeProvider
{
    // Ticks: read and written by any thread.
    private long _ahead;

    public TimeSpan Ahead
    {
        get => TimeSpan.FromTicks(Volatile.Read(ref _ahead));
        set => Volatile.Write(ref _ahead, value.Ticks);
    }

    public override long TimestampFrequency => common.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => common.GetUtcNow() + Ahead;

    public override long GetTimestamp() => common.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        common.CreateTimer(callback, state, dueTime, period);
}
