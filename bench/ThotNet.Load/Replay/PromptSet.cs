namespace ThotNet.Load.Replay;

/// <summary>Prompts that requests share, so that some of the requests are equal.</summary>
/// <param name="Count">How many there are, from 1; no more than requests of the trace are used.</param>
/// <param name="Exponent">The exponent of the Zipf law by which requests take them, above 0.</param>
/// <param name="Seed">What all draws depend on.</param>
public sealed record PromptSet(int Count, double Exponent, int Seed)
{
    /// <summary>
    /// Which prompt each of so many requests takes. A prompt is named by the request of the trace whose sizes it has: one of its own for each, drawn
    /// evenly.
    /// </summary>
    public int[] Assign(int requests)
    {
        var random = new Random(Seed);
        var prompts = Enumerable.Range(0, requests).ToArray();
        random.Shuffle(prompts);
        var law = new ZipfLaw(Math.Min(Count, requests), Exponent);
        var assigned = new int[requests];
        for (var i = 0; i < requests; i++) assigned[i] = prompts[law.Draw(random)];
        return assigned;
    }
}
