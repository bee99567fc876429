namespace ThotNet.Load.Throughput;

/// <summary>One measurement of one way.</summary>
/// <param name="Loop">What the load saw.</param>
/// <param name="Cpu">CPU time that its processes took; null where the system does not tell.</param>
public sealed record Measurement(LoopResult Loop, TimeSpan? Cpu)
{
    /// <summary>Served requests a second.</summary>
    public double RequestsPerSecond => Loop.Served / Loop.Duration.TotalSeconds;

    /// <summary>CPU time for each served request in microseconds.</summary>
    public double? CpuPerRequest => Loop.Served == 0 ? null : Cpu?.TotalMicroseconds / Loop.Served;
}

/// <summary>Measures all ways in turn, several rounds, so that what else the machine does falls on all alike.</summary>
/// <param name="warmUp">How long each runs before: enough for the compiler's second tier at its rate.</param>
/// <param name="length">Length of one measurement.</param>
public sealed class WayRun(TimeSpan warmUp, TimeSpan length)
{
    /// <summary>How many steps <see cref="RunAsync"/> reports.</summary>
    public static int StepsOf(int ways, int rounds) => ways * (rounds + 1);

    /// <summary>Warms up and measures; the answer has the measurements of each way in order of the rounds.</summary>
    public async Task<IReadOnlyDictionary<Way, List<Measurement>>> RunAsync(
        IReadOnlyList<Way> ways, int rounds, Action<string> step, CancellationToken cancellation)
    {
        var results = ways.ToDictionary(way => way, _ => new List<Measurement>());
        foreach (var way in ways)
        {
            step($"warming up: {way.Name}");
            await way.RunAsync(warmUp, cancellation);
        }

        for (var round = 1; round <= rounds; round++)
        {
            foreach (var way in ways)
            {
                step($"round {round}: {way.Name}");
                var before = way.Cpu();
                var loop = await way.RunAsync(length, cancellation);
                results[way].Add(new(loop, way.Cpu() - before));
            }
        }

        return results;
    }
}
