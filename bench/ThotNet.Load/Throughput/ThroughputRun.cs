namespace ThotNet.Load.Throughput;

/// <summary>One measurement of one subject.</summary>
/// <param name="Loop">What the load saw.</param>
/// <param name="Cpu">CPU time that the subject's servers took; null where the system does not tell.</param>
public sealed record Measurement(LoopResult Loop, TimeSpan? Cpu)
{
    /// <summary>Served requests a second.</summary>
    public double RequestsPerSecond => Loop.Served / Loop.Duration.TotalSeconds;

    /// <summary>CPU time for each served request in microseconds.</summary>
    public double? CpuPerRequest => Loop.Served == 0 ? null : Cpu?.TotalMicroseconds / Loop.Served;
}

/// <summary>Measures all subjects in turn, several rounds, so that what else the machine does falls on all alike.</summary>
public sealed class ThroughputRun(int connections, TimeSpan seconds, TimeProvider time)
{
    // Enough for the compiler's second tier at these request rates.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    /// <summary>How many steps <see cref="RunAsync"/> reports.</summary>
    public static int StepsOf(int subjects, int rounds) => subjects * (rounds + 1);

    /// <summary>Warms up and measures; the answer has each subject's measurements in order of the rounds.</summary>
    public async Task<IReadOnlyDictionary<Subject, List<Measurement>>> RunAsync(
        IReadOnlyList<Subject> subjects, int rounds, Action<string> step, CancellationToken cancellation)
    {
        var results = subjects.ToDictionary(subject => subject, _ => new List<Measurement>());
        foreach (var subject in subjects)
        {
            step($"warming up: {subject.Name}");
            await new ClosedLoop(subject, connections, time).RunAsync(WarmUp, cancellation);
        }

        for (var round = 1; round <= rounds; round++)
        {
            foreach (var subject in subjects)
            {
                step($"round {round}: {subject.Name}");
                results[subject].Add(await MeasureAsync(subject, cancellation));
            }
        }

        return results;
    }

    private async Task<Measurement> MeasureAsync(Subject subject, CancellationToken cancellation)
    {
        var before = CpuTime.OfAll(subject.Servers);
        var loop = await new ClosedLoop(subject, connections, time).RunAsync(seconds, cancellation);
        return new Measurement(loop, CpuTime.OfAll(subject.Servers) - before);
    }
}
