namespace ThotNet.Load.Chaos;

/// <summary>The time since the load began as the cluster's clocks have it, which may run faster than ours.</summary>
/// <param name="time">Our clock.</param>
/// <param name="speed">How many times faster than it the cluster's run.</param>
public sealed class ChaosClock(TimeProvider time, int speed)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Since the load began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start) * speed;

    /// <summary>Lets a time of the cluster pass.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellation) => Task.Delay(delay / speed, time, cancellation);
}
