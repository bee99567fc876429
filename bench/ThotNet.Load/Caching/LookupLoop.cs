using ThotNet.Load.Measure;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Caching;

/// <summary>Looks again when the last look has ended.</summary>
/// <param name="look">Looks once; false if it did not find what is there.</param>
/// <param name="time">Measures.</param>
public sealed class LookupLoop(Func<ValueTask<bool>> look, TimeProvider time)
{
    /// <summary>Runs for the given time.</summary>
    public async Task<LoopResult> RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var latency = new LatencyHistogram();
        long errors = 0;
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) < duration)
        {
            cancellation.ThrowIfCancellationRequested();
            var begun = time.GetTimestamp();
            if (await look()) latency.Record(time.GetElapsedTime(begun));
            else errors++;
        }

        return new(latency.Count, errors, time.GetElapsedTime(start), latency);
    }
}
