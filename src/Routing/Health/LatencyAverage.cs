namespace ThotNet.Routing.Health;

/// <summary>
/// How long a target takes to its first event: the mean of the first ten attempts, from then on each new one weighs a tenth. After a minute without any it
/// begins anew, because what was measured then says nothing about now.
/// </summary>
/// <remarks>Times are on any clock that never goes back, the same for all calls. Not safe for concurrent use: the caller locks.</remarks>
public sealed class LatencyAverage
{
    /// <summary>How many attempts there must be before it is said: 3. One that is slow may be so for reasons of its own.</summary>
    public const int LeastSamples = 3;

    /// <summary>The weight of a new attempt is never below one in this: 10.</summary>
    public const int LongestMean = 10;

    /// <summary>After how long without an attempt it is forgotten: 1 min.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);

    private int _samples;
    private TimeSpan _average;
    private TimeSpan _last;

    /// <summary>Takes in an attempt.</summary>
    /// <param name="latency">From its start to its first event.</param>
    /// <param name="now">The present.</param>
    public void Add(TimeSpan latency, TimeSpan now)
    {
        _samples = now - _last > Memory ? 1 : _samples + 1;
        _last = now;
        _average = _samples == 1 ? latency : _average + ((latency - _average) / Math.Min(_samples, LongestMean));
    }

    /// <summary>The average, or null while too little is known.</summary>
    public TimeSpan? At(TimeSpan now) => _samples >= LeastSamples && now - _last <= Memory ? _average : null;
}
