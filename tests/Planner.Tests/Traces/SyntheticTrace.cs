using ThotNet.Planner.Traces;

namespace ThotNet.Planner.Tests.Traces;

/// <summary>
/// Makes traces that look like a recorded one of conversations: requests come in bursts, and most are either of about 500 tokens or of about 1,500. The same
/// seed gives the same trace.
/// </summary>
internal static class SyntheticTrace
{
    private static readonly (int Percent, int Least, int Most)[] Sizes =
        [(20, 100, 470), (20, 470, 520), (15, 600, 1400), (35, 1400, 1700), (10, 2800, 4200)];

    /// <summary>A trace of about that length. Each minute has a rate of its own: half the mean to twice the mean.</summary>
    public static RequestTrace Of(int requests, TimeSpan length, ulong seed = 1)
    {
        var draws = new Draws(seed);
        var entries = new List<TraceEntry>(requests);
        var mean = length.TotalSeconds / requests;
        var (at, minute, rate) = (0.0, -1, 1.0);
        while (entries.Count < requests)
        {
            entries.Add(SizeOf(draws) with { Offset = TimeSpan.FromSeconds(at) });
            if ((int)(at / 60) != minute)
            {
                (minute, rate) = ((int)(at / 60), 0.5 * Math.Pow(4, draws.Next()));
            }

            at += -Math.Log(1 - draws.Next()) * mean / rate;
        }

        return new(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), entries);
    }

    private static TraceEntry SizeOf(Draws draws)
    {
        var percent = draws.Next() * 100;
        var size = 0;
        for (; percent >= Sizes[size].Percent; size++)
        {
            percent -= Sizes[size].Percent;
        }

        var tokens = Sizes[size].Least + (int)(draws.Next() * (Sizes[size].Most - Sizes[size].Least));
        var generated = (int)(tokens * (0.05 + (0.3 * draws.Next())));
        return new(TimeSpan.Zero, tokens - generated, generated);
    }

    /// <summary>SplitMix64: numbers that are the same everywhere and always.</summary>
    private sealed class Draws(ulong seed)
    {
        private ulong _state = seed;

        /// <summary>From 0 to just below 1.</summary>
        public double Next()
        {
            var mixed = _state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
