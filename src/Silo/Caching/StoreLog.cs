namespace ThotNet.Silo.Caching;

/// <summary>Says once when something begins to go wrong with the store, and once when it is over; never with keys or values.</summary>
internal sealed partial class StoreLog(ILogger log)
{
    // Any thread: each is exchanged as a whole. One bit for each kind of value that was refused.
    private int _refused;
    private bool _full;
    private bool _purgesUnread;

    /// <summary>Redis began to answer look-ups again, or stopped.</summary>
    public void Reached(bool answers, CacheFault? fault)
    {
        if (answers)
        {
            LogUp();
        }
        else
        {
            LogDown(fault ?? CacheFault.Other);
        }
    }

    /// <summary>A value was stored or not.</summary>
    public void Stored(CacheFault? fault)
    {
        if (fault is null && Interlocked.Exchange(ref _full, false))
        {
            LogRoom();
        }
        else if (fault is CacheFault.Full && !Interlocked.Exchange(ref _full, true))
        {
            LogFull();
        }
    }

    /// <summary>What is purged could be read or not.</summary>
    public void PurgesRead(CacheFault? fault)
    {
        if (Interlocked.Exchange(ref _purgesUnread, fault is not null) != fault is not null)
        {
            LogPurges(fault is null ? "can be read again" : $"cannot be read ({fault}); purges in other silos are not seen here");
        }
    }

    /// <summary>What was at a key could not be used.</summary>
    public void Refused(CacheFault fault)
    {
        var bit = 1 << (int)fault;
        if (fault is not (CacheFault.Timeout or CacheFault.Down or CacheFault.Other) && (Interlocked.Or(ref _refused, bit) & bit) == 0)
        {
            LogRefused(fault);
        }
    }

    [LoggerMessage(2501, LogLevel.Warning, "The cache's Redis does not answer ({Fault}); requests go on without it, and one look-up a second tries again")]
    private partial void LogDown(CacheFault fault);

    [LoggerMessage(2502, LogLevel.Information, "The cache's Redis answers again")]
    private partial void LogUp();

    [LoggerMessage(2503, LogLevel.Warning, "The cache's Redis has no memory left; answers are not stored there until it has")]
    private partial void LogFull();

    [LoggerMessage(2504, LogLevel.Information, "The cache's Redis has memory again")]
    private partial void LogRoom();

    [LoggerMessage(2506, LogLevel.Warning, "What is purged in the cache's Redis {State}")]
    private partial void LogPurges(string state);

    [LoggerMessage(2505, LogLevel.Warning, "A value in the cache's Redis was refused ({Fault}); more of the kind are counted, not logged")]
    private partial void LogRefused(CacheFault fault);
}
