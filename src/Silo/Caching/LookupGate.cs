namespace ThotNet.Silo.Caching;

/// <summary>Leaves a Redis alone that does not answer, so that it does not cost every request the time of a look-up.</summary>
/// <remarks>
/// After <see cref="MaxFailures"/> failures in a row one try is let through each <see cref="Pause"/>, until one succeeds. Any thread, under the
/// lock.
/// </remarks>
internal sealed class LookupGate(TimeProvider time)
{
    /// <summary>Failures in a row that close it.</summary>
    public const int MaxFailures = 5;

    /// <summary>Time between two tries while it is closed.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private int _failures;
    private long _lastTry;

    /// <summary>Whether this try is let through.</summary>
    public bool MayTry()
    {
        lock (_lock)
        {
            if (_failures >= MaxFailures && time.GetElapsedTime(_lastTry) < Pause)
            {
                return false;
            }

            _lastTry = time.GetTimestamp();
            return true;
        }
    }

    /// <summary>Whether it is closed, so that nothing should be written either.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_lock)
            {
                return _failures >= MaxFailures;
            }
        }
    }

    /// <summary>A try ended; true if that opened or closed it.</summary>
    public bool Note(bool succeeded)
    {
        lock (_lock)
        {
            var before = _failures;
            _failures = succeeded ? 0 : Math.Min(before + 1, MaxFailures);
            return succeeded ? before == MaxFailures : before == MaxFailures - 1;
        }
    }
}
