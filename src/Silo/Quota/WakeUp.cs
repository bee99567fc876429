namespace ThotNet.Silo.Quota;

/// <summary>An alarm clock that is set to the earliest time asked for. Its owner's lock owns it.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly ITimer _timer;
    private TimeSpan _at = TimeSpan.MaxValue;

    public WakeUp(TimeProvider time, Action wake)
    {
        // A timer keeps the context of the request that happened to be first, for ever.
        using var _ = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(static state => ((Action)state!)(), wake, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes at that time, or earlier; it may do so for nothing.</summary>
    public void Set(TimeSpan at, TimeSpan now)
    {
        if (at < _at)
        {
            _at = at;

            // Timers count in whole milliseconds.
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling((at - now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>It rang.</summary>
    public void Clear() => _at = TimeSpan.MaxValue;

    public void Dispose() => _timer.Dispose();
}
