namespace ThotNet.Silo.Pipeline;

/// <summary>
/// Our own clock over one attempt: fires when the provider is silent for too long, or says something again and again that is no answer. The caller
/// leaving fires the same token, and <see cref="Fired"/> tells the two apart. Used by one request at a time.
/// </summary>
internal sealed class AttemptDeadline : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly CancellationTokenSource _clock;
    private readonly CancellationTokenSource _linked;

    private TimeSpan? _whole;

    /// <summary>Starts the clock.</summary>
    /// <param name="first">Time to the first sign of life.</param>
    /// <param name="whole">Time that all signs of life together can give, until <see cref="LiftWhole"/>; at least <paramref name="first"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="caller">Cancelled when the caller leaves.</param>
    public AttemptDeadline(TimeSpan first, TimeSpan whole, TimeProvider time, CancellationToken caller)
    {
        _caller = caller;
        _time = time;
        _started = time.GetTimestamp();
        _whole = whole;
        _clock = new CancellationTokenSource(first, time);
        _linked = CancellationTokenSource.CreateLinkedTokenSource(_clock.Token, caller);
    }

    /// <summary>Cancelled when the clock fires or the caller leaves.</summary>
    public CancellationToken Token => _linked.Token;

    /// <summary>The clock fired while the caller was still there.</summary>
    public bool Fired => _clock.IsCancellationRequested && !_caller.IsCancellationRequested;

    /// <summary>The caller has left.</summary>
    public bool CallerLeft => _caller.IsCancellationRequested;

    /// <summary>How long the provider took to begin its answer; null while it has not.</summary>
    public TimeSpan? FirstEvent { get; private set; }

    /// <summary>The provider has said something of its answer.</summary>
    public void NoteEvent() => FirstEvent ??= _time.GetElapsedTime(_started);

    /// <summary>Gives the provider this much time from now.</summary>
    public void Restart(TimeSpan silence)
    {
        if (_whole - _time.GetElapsedTime(_started) is { } left && left < silence)
        {
            silence = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }

        _clock.CancelAfter(silence);
    }

    /// <summary>The answer has begun: from here on only silence ends it.</summary>
    public void LiftWhole() => _whole = null;

    /// <summary>Stops the clock, for as long as the caller and not the provider is being waited for.</summary>
    public void Suspend() => _clock.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _linked.Dispose();
        _clock.Dispose();
    }
}
