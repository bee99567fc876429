using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The parts of a valid native request that decide the answer.</summary>
internal sealed record GenerateCall
{
    /// <summary>What it has in common with the calls of other providers.</summary>
    public required ChatCall Chat { get; init; }

    public required ModelGeneration Generation { get; init; }

    /// <summary>Number of answers, 1 to 8.</summary>
    public int Candidates { get; init; } = 1;

    /// <summary>Tokens that the model would think; 0 where it does not.</summary>
    public int Thoughts { get; init; }

    public bool IncludeThoughts { get; init; }

    /// <summary>Alternatives told for each token; null: no probabilities at all.</summary>
    public int? TopLogprobs { get; init; }
}
