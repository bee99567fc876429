using ThotNet.Load.Measure;

namespace ThotNet.Load.Decisions;

/// <summary>Decides once whether a request may be sent under the quota of that number.</summary>
/// <param name="quota">The quota, from 0.</param>
public delegate ValueTask<bool> Decide(int quota);

/// <summary>What a loop of decisions measured.</summary>
/// <param name="Decided">Decisions made.</param>
/// <param name="Refused">Decisions against; with limits far away each is a mistake.</param>
/// <param name="Duration">Length of the measurement.</param>
/// <param name="Latency">Times of every sixteenth decision.</param>
public sealed record DecisionResult(long Decided, long Refused, TimeSpan Duration, LatencyHistogram Latency);

/// <summary>Concurrent callers that each decide again and again.</summary>
public sealed class DecisionLoop(int callers, TimeProvider time)
{
    // Reading the clock costs as much as deciding in memory, so that only some decisions are timed.
    private const int TimedOneOf = 16;

    // A caller that is never made to wait lets others run after so many decisions, as requests would.
    private const int Turn = 64;

    /// <summary>Runs for the given time, with the callers spread over the quotas.</summary>
    public async Task<DecisionResult> RunAsync(Decide decide, int quotas, TimeSpan duration)
    {
        var start = time.GetTimestamp();
        var parts = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => WorkAsync(decide, caller % quotas, start, duration))));
        var latency = new LatencyHistogram();
        foreach (var part in parts) latency.Add(part.Latency);
        return new(parts.Sum(part => part.Decided), parts.Sum(part => part.Refused), time.GetElapsedTime(start), latency);
    }

    private async Task<DecisionResult> WorkAsync(Decide decide, int quota, long start, TimeSpan duration)
    {
        var latency = new LatencyHistogram();
        var (decided, refused) = (0L, 0L);
        while (time.GetElapsedTime(start) < duration)
        {
            for (var i = 0; i < Turn; i++)
            {
                var begun = i % TimedOneOf == 0 ? time.GetTimestamp() : 0;
                if (!await decide(quota)) refused++;
                decided++;
                if (begun != 0) latency.Record(time.GetElapsedTime(begun));
            }

            await Task.Yield();
        }

        return new(decided, refused, duration, latency);
    }
}
