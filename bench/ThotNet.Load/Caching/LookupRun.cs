using ThotNet.Load.Throughput;

namespace ThotNet.Load.Caching;

/// <summary>Measures all ways to get a stored answer in turn, several rounds, so that what else the machine does falls on all alike.</summary>
public sealed class LookupRun(TimeSpan seconds)
{
    // At least some thousand look-ups, enough for the compiler's second tier.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    /// <summary>How many steps <see cref="RunAsync"/> reports.</summary>
    public static int StepsOf(int lookups, int rounds) => lookups * (rounds + 1);

    /// <summary>Warms up and measures; the answer has the measurements of each way in order of the rounds.</summary>
    public async Task<IReadOnlyDictionary<Lookup, List<Measurement>>> RunAsync(
        IReadOnlyList<Lookup> lookups, int rounds, Action<string> step, CancellationToken cancellation)
    {
        var results = lookups.ToDictionary(lookup => lookup, _ => new List<Measurement>());
        foreach (var lookup in lookups)
        {
            step($"warming up: {lookup.Name}");
            await lookup.RunAsync(WarmUp, cancellation);
        }

        for (var round = 1; round <= rounds; round++)
        {
            foreach (var lookup in lookups)
            {
                step($"round {round}, one at a time: {lookup.Name}");
                var before = lookup.Cpu();
                var loop = await lookup.RunAsync(seconds, cancellation);
                results[lookup].Add(new(loop, lookup.Cpu() - before));
            }
        }

        return results;
    }
}
