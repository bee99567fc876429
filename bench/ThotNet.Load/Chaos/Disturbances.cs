using System.Collections.Concurrent;

namespace ThotNet.Load.Chaos;

/// <summary>A time in which utilisation is not judged.</summary>
/// <param name="From">Its start, since the load began, by the cluster's clocks.</param>
/// <param name="Until">Its end.</param>
/// <param name="What">What was done.</param>
public sealed record Disturbance(TimeSpan From, TimeSpan Until, string What);

/// <summary>What was done to the cluster and when, with the time that it has to recover. Safe for concurrent use.</summary>
public sealed class Disturbances
{
    private readonly ConcurrentQueue<Disturbance> _all = new();

    /// <summary>All so far.</summary>
    public IReadOnlyCollection<Disturbance> All => _all;

    /// <summary>Adds one.</summary>
    public void Add(TimeSpan from, TimeSpan until, string what) => _all.Enqueue(new(from, until, what));

    /// <summary>When the last one is over; zero if there was none.</summary>
    public TimeSpan LastUntil => _all.Select(one => one.Until).DefaultIfEmpty().Max();

    /// <summary>Whether nothing disturbed the cluster in an interval.</summary>
    public bool IsCalm(TimeSpan from, TimeSpan to) => _all.All(one => one.Until <= from || one.From >= to);
}
