using ThotNet.Load.Measure;

namespace ThotNet.Load.Replay;

/// <summary>
/// Starts work at given times, whatever became of the work started before. Each time is measured from the start of the run, so that lateness never
/// adds up.
/// </summary>
public sealed class OpenLoop(TimeProvider time)
{
    /// <summary>How late each piece of work was started. Owned by <see cref="RunAsync"/> until that has ended.</summary>
    public LatencyHistogram Lateness { get; } = new();

    /// <summary>
    /// Starts <paramref name="work"/> with 0, 1, 2... at the given times after now, which must not decrease, and waits for all of it.
    /// Cancelling stops the starts; the work started must look at the token itself.
    /// </summary>
    /// <returns>How many pieces were started.</returns>
    public async Task<int> RunAsync(IReadOnlyList<TimeSpan> dueTimes, Func<int, Task> work, CancellationToken cancellation)
    {
        var running = new List<Task>(dueTimes.Count);
        var start = time.GetTimestamp();
        foreach (var due in dueTimes)
        {
            if (!await WaitUntilAsync(start, due, cancellation)) break;
            Lateness.Record(time.GetElapsedTime(start) - due);
            running.Add(work(running.Count));
        }

        await Task.WhenAll(running);
        return running.Count;
    }

    private async Task<bool> WaitUntilAsync(long start, TimeSpan due, CancellationToken cancellation)
    {
        // A timer has whole milliseconds and may fire a little early.
        for (var left = due - time.GetElapsedTime(start); left > TimeSpan.Zero; left = due - time.GetElapsedTime(start))
        {
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await Task.Delay(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (cancellation.IsCancellationRequested) return false;
        }

        return !cancellation.IsCancellationRequested;
    }
}
