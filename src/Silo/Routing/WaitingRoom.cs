using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Routing;

/// <summary>Where requests of this silo wait for headroom, whoever's; only so many at once.</summary>
public sealed class WaitingRoom(ThotNetOptions options, TimeProvider time)
{
    /// <summary>Waiting shorter than this is not worth a timer.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10);

    // Changed with Interlocked only.
    private int _waiting;

    /// <summary>How long a request waits that may be served after <paramref name="earliest"/>.</summary>
    public static TimeSpan PauseOf(TimeSpan earliest) => earliest > ShortestWait ? earliest : ShortestWait;

    /// <summary>Waits; false at once when the room is full.</summary>
    /// <param name="pause">How long.</param>
    /// <param name="cancel">The caller left.</param>
    public async Task<bool> WaitAsync(TimeSpan pause, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref _waiting) > options.Routing.MaxWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        try
        {
            await Task.Delay(pause, time, cancel);
            return true;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
