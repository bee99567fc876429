namespace ThotNet.Load.Throughput;

/// <summary>Measures subjects in closed loops.</summary>
/// <param name="connections">Connections that each loop keeps busy.</param>
/// <param name="length">Length of one measurement.</param>
/// <param name="time">Measures.</param>
public sealed class ThroughputRun(int connections, TimeSpan length, TimeProvider time)
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>Warms up and measures; the answer has each subject's measurements in order of the rounds.</summary>
    public async Task<IReadOnlyDictionary<Subject, List<Measurement>>> RunAsync(
        IReadOnlyList<Subject> subjects, int rounds, Action<string> step, CancellationToken cancellation)
    {
        var ways = subjects.ToDictionary(subject => subject, subject => Way.OverHttp(subject, subject.Comparator, connections, time));
        var results = await new WayRun(WarmUp, length).RunAsync([.. ways.Values], rounds, step, cancellation);
        return ways.ToDictionary(way => way.Key, way => results[way.Value]);
    }
}
