namespace ThotNet.Silo.Pipeline;

/// <summary>
/// Our own clock over one attempt: fires when the provider is silent for too long. The caller leaving fires the same token, and
/// <see cref="Fired"/> tells the two apart. Used by one request at a time.
/// </summary>
internal sealed class AttemptDeadline : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _linked;

    /// <summary>Starts the clock.</summary>
    public AttemptDeadline(TimeSpan first, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _clock = new CancellationTokenSource(first, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token, caller);
    }

    /// <summary>Cancelled when the clock fires or the caller leaves.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>The clock fired while the caller was still there.</summary>
    public bool Fired => _clock.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>The caller has left.</summary>
    public bool CallerLeft => _caller.IsCancellationRequested;

    /// <summary>Gives the provider this much time from now.</summary>
    public void Restart(TimeSpan silence) => _clock.CancelAfter(silence);

    /// <summary>Stops the clock, for as long as the caller and not the provider is being waited for.</summary>
    public void Suspend() => _clock.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _linked.Dispose();
        _clock.Dispose();
    }
}
