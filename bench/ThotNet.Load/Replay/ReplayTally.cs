using ThotNet.Load.Measure;

namespace ThotNet.Load.Replay;

/// <summary>Adds up what became of all calls. Calls end on any thread; the lock on this object owns everything in it.</summary>
public sealed class ReplayTally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<CallResult, int> _results = [];
    private readonly SortedDictionary<string, int> _problems = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _servedBy = new(StringComparer.Ordinal);

    /// <summary>Time to the end of served calls. Read after the run only.</summary>
    public LatencyHistogram Latency { get; } = new();

    /// <summary>Time to the first byte of served calls. Read after the run only.</summary>
    public LatencyHistogram FirstByte { get; } = new();

    /// <summary>Time to the answer of throttled calls. Read after the run only.</summary>
    public LatencyHistogram ThrottledLatency { get; } = new();

    /// <summary>What the cache did. Read after the run only.</summary>
    public CacheTally Cache { get; } = new();

    /// <summary>How many calls ended in which way that was not served, by detail. Read after the run only.</summary>
    public IReadOnlyDictionary<string, int> Problems => _problems;

    /// <summary>How many served calls each provider had; the empty name stands for answers that named none. Read after the run only.</summary>
    public IReadOnlyDictionary<string, int> ServedBy => _servedBy;

    /// <summary>How many calls ended in the given way so far.</summary>
    public int CountOf(CallResult result)
    {
        lock (_lock) return _results.GetValueOrDefault(result);
    }

    /// <summary>How many calls ended so far.</summary>
    public int Ended
    {
        get
        {
            lock (_lock) return _results.Values.Sum();
        }
    }

    /// <summary>Takes in one ended call.</summary>
    public void Add(CallOutcome outcome)
    {
        lock (_lock)
        {
            Cache.Add(outcome);
            _results[outcome.Result] = _results.GetValueOrDefault(outcome.Result) + 1;
            if (outcome.Result == CallResult.Served) AddServed(outcome);
            else _problems[outcome.Detail] = _problems.GetValueOrDefault(outcome.Detail) + 1;
            if (outcome.Result == CallResult.Throttled) ThrottledLatency.Record(outcome.Latency);
        }
    }

    private void AddServed(CallOutcome outcome)
    {
        _servedBy[outcome.Provider] = _servedBy.GetValueOrDefault(outcome.Provider) + 1;
        Latency.Record(outcome.Latency);
        FirstByte.Record(outcome.FirstByte);
    }
}
