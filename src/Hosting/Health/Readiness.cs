namespace ThotNet.Hosting.Health;

/// <summary>Whether a process takes requests.</summary>
public enum ReadinessState
{
    /// <summary>Starting, or something it needs is missing.</summary>
    NotReady,

    /// <summary>Takes requests.</summary>
    Ready,

    /// <summary>Finishes what it has and takes no more; it never becomes ready again.</summary>
    Draining,
}

/// <summary>
/// The state behind <c>/healthz/ready</c>. One immutable snapshot, swapped atomically; any thread may read and change it.
/// </summary>
public sealed class Readiness
{
    private volatile Snapshot _now = new(ReadinessState.NotReady, "starting");

    /// <summary>The state now.</summary>
    public ReadinessState State => _now.State;

    /// <summary>Why the process is not ready, in a few words; null when it is.</summary>
    public string? Reason => _now.Reason;

    /// <summary>Takes requests from now on, unless it is draining.</summary>
    public void SetReady() => Move(new(ReadinessState.Ready, null));

    /// <summary>Takes no requests until further notice, unless it is draining anyway.</summary>
    /// <param name="reason">Why, in a few words without secrets.</param>
    public void SetNotReady(string reason) => Move(new(ReadinessState.NotReady, reason));

    /// <summary>Takes no requests any more.</summary>
    public void Drain() => _now = new(ReadinessState.Draining, "stopping");

    private void Move(Snapshot next)
    {
        for (var seen = _now; seen.State != ReadinessState.Draining; seen = _now)
        {
            if (Interlocked.CompareExchange(ref _now, next, seen) == seen)
                return;
        }
    }

    private sealed record Snapshot(ReadinessState State, string? Reason);
}
