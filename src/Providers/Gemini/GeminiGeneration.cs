namespace ThotNet.Providers.Gemini;

/// <summary>How a generation of models is told how much to think (wire.md rule 32).</summary>
internal enum ThinkingStyle
{
    /// <summary>It does not think, and refuses to be asked.</summary>
    None,

    /// <summary>By a number of tokens, <c>thinkingBudget</c>.</summary>
    Budget,

    /// <summary>By a word, <c>thinkingLevel</c>.</summary>
    Level,
}

/// <summary>In what Google's generations of models differ on the wire. The only place that knows models by their names.</summary>
internal sealed record GeminiGeneration
{
    private const string Prefix = "models/";

    private static readonly GeminiGeneration First = new() { MayBeginWithModel = false };

    private static readonly GeminiGeneration Second = new();

    private static readonly GeminiGeneration SecondThinking = new() { TakesJsonSchema = true, Thinking = ThinkingStyle.Budget };

    private static readonly GeminiGeneration Third = new()
    {
        TakesJsonSchema = true,
        Thinking = ThinkingStyle.Level,
        HasCallIds = true,
        NeedsSignatures = true,
        MayEndWithModel = false,
    };

    // The first row that fits counts. Whatever is not known is taken for the newest.
    private static readonly (string Start, string Kind, GeminiGeneration Generation)[] Models =
    [
        ("gemini-1.", "", First),
        ("gemini-2.0", "", Second),
        ("gemini-2.5", "-pro", SecondThinking with { LeastBudget = 128 }),
        ("gemini-2.5", "", SecondThinking),
        ("", "-pro", Third with { LeastLevel = "low" }),
        ("", "", Third),
    ];

    /// <summary>Schemas are given as JSON Schema; otherwise as Google's own <c>Schema</c>.</summary>
    public bool TakesJsonSchema { get; private init; }

    /// <summary>How it is told how much to think.</summary>
    public ThinkingStyle Thinking { get; private init; }

    /// <summary>The smallest budget, in tokens; 0 where thinking can be switched off.</summary>
    public int LeastBudget { get; private init; }

    /// <summary>The lowest level: none of these models can be kept from thinking altogether.</summary>
    public string LeastLevel { get; private init; } = "minimal";

    /// <summary>Calls and their results carry ids (rule 18).</summary>
    public bool HasCallIds { get; private init; }

    /// <summary>The first call of a turn without a thought signature is refused (rule 19).</summary>
    public bool NeedsSignatures { get; private init; }

    /// <summary>A conversation may begin with the model's turn (rule 6).</summary>
    public bool MayBeginWithModel { get; private init; } = true;

    /// <summary>A conversation may end with the model's turn, for the model to go on with (rule 6).</summary>
    public bool MayEndWithModel { get; private init; } = true;

    /// <summary>The generation of a model.</summary>
    /// <param name="model">The model's id, with or without <c>models/</c>.</param>
    public static GeminiGeneration Of(string model)
    {
        var id = IdOf(model);
        foreach (var (start, kind, generation) in Models)
        {
            if (id.StartsWith(start, StringComparison.OrdinalIgnoreCase) && id.Contains(kind, StringComparison.OrdinalIgnoreCase))
                return generation;
        }

        throw new InvalidOperationException("The last row of the table fits every model.");
    }

    /// <summary>The model's resource name, <c>models/…</c>.</summary>
    /// <param name="model">The model's id, with or without <c>models/</c>.</param>
    public static string NameOf(string model) => $"{Prefix}{IdOf(model)}";

    private static ReadOnlySpan<char> IdOf(string model) =>
        model.AsSpan(model.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? Prefix.Length : 0);
}
