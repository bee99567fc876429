namespace ThotNet.Providers.Gemini.Requests;

/// <summary>What a request is written from and for.</summary>
/// <param name="body">The caller's body.</param>
/// <param name="generation">The generation of the model.</param>
/// <param name="memory">The signatures that are remembered.</param>
/// <param name="caller">Id of the caller's key.</param>
internal readonly ref struct WriteContext(ReadOnlySpan<byte> body, GeminiGeneration generation, ThoughtMemory memory, string caller)
{
    /// <summary>The caller's body.</summary>
    public ReadOnlySpan<byte> Body { get; } = body;

    /// <summary>The generation of the model.</summary>
    public GeminiGeneration Generation { get; } = generation;

    /// <summary>The signatures that are remembered.</summary>
    public ThoughtMemory Memory { get; } = memory;

    /// <summary>Id of the caller's key.</summary>
    public string Caller { get; } = caller;
}
