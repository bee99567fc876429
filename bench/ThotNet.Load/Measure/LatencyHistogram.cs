using System.Numerics;

namespace ThotNet.Load.Measure;

/// <summary>
/// Counts durations in log-linear buckets: each percentile is at most 0.8 % too high, the maximum is exact, and the size does not depend on how
/// many values were recorded. Not for use by several threads at once: give each its own and <see cref="Add"/> them up.
/// </summary>
public sealed class LatencyHistogram
{
    private const int SubBucketBits = 7;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[(64 - SubBucketBits) * SubBuckets];

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>The longest duration recorded; zero without any.</summary>
    public TimeSpan Max { get; private set; }

    /// <summary>Records one duration; a negative one counts as zero.</summary>
    public void Record(TimeSpan duration)
    {
        var ticks = Math.Max(0, duration.Ticks);
        _counts[IndexOf(ticks)]++;
        Count++;
        if (ticks > Max.Ticks) Max = TimeSpan.FromTicks(ticks);
    }

    /// <summary>Takes in everything that another histogram has recorded.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        if (other.Max > Max) Max = other.Max;
    }

    /// <summary>The duration that the given part (0 to 1) of all recorded ones does not pass; zero without any.</summary>
    public TimeSpan Percentile(double part)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(part, 1);
        var rank = Math.Max(1, (long)Math.Ceiling(part * Count));
        long seen = 0;
        for (var i = 0; i < _counts.Length && Count > 0; i++)
        {
            seen += _counts[i];
            if (seen >= rank) return TimeSpan.FromTicks(Math.Min(UpperBound(i), Max.Ticks));
        }

        return Max;
    }

    private static int IndexOf(long ticks)
    {
        var magnitude = Math.Max(0, BitOperations.Log2((ulong)ticks) - SubBucketBits);
        return (magnitude * SubBuckets) + (int)(ticks >> magnitude);
    }

    private static long UpperBound(int index)
    {
        var magnitude = Math.Max(0, (index / SubBuckets) - 1);
        var start = (long)(index - (magnitude * SubBuckets)) << magnitude;
        return start + (1L << magnitude) - 1;
    }
}
