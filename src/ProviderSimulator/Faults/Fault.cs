namespace ThotNet.ProviderSimulator.Faults;

/// <summary>How an answer ends that does not end well.</summary>
public enum FaultEnding
{
    /// <summary>As it should.</summary>
    None,

    /// <summary>Nothing more comes; the connection stays open until the client leaves.</summary>
    Stall,

    /// <summary>The connection breaks.</summary>
    Reset,

    /// <summary>The body ends properly, but the rest of the answer is missing.</summary>
    CleanEnd,

    /// <summary>The provider's error chunk, then the end of the body. Streams only.</summary>
    Error,
}

/// <summary>
/// What goes wrong with some requests. It strikes requests that their quotas admitted and that are well formed; they count as sent. An
/// answer with a forced status uses no tokens; one that breaks off is charged in full.
/// </summary>
public sealed record Fault
{
    /// <summary>The provider it strikes, or null for all.</summary>
    public string? Provider { get; init; }

    /// <summary>The model it strikes, or null for all.</summary>
    public string? Model { get; init; }

    /// <summary>The account it strikes, or null for all.</summary>
    public string? Account { get; init; }

    /// <summary>Number of requests it strikes, 1 or more; null: until it is cleared.</summary>
    public int? Count { get; init; }

    /// <summary>Chance to strike a request that matches, 0 to 1.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>Seed of everything random in it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Name of a preset that fills what is not given here; see <see cref="FaultPresets.Names"/>.</summary>
    public string? Preset { get; init; }

    /// <summary>Status instead of the model's answer, or null.</summary>
    public int? Status { get; init; }

    /// <summary>Body that goes with <see cref="Status"/>; <c>{model}</c> stands for the model. Default: empty.</summary>
    public string? Body { get; init; }

    /// <summary>Type of <see cref="Body"/>. Default: JSON.</summary>
    public string? ContentType { get; init; }

    /// <summary>Headers that go with <see cref="Status"/>.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Milliseconds before the response headers.</summary>
    public int DelayHeadersMs { get; init; }

    /// <summary>Milliseconds before the first token, after headers and comments of a stream.</summary>
    public int DelayFirstTokenMs { get; init; }

    /// <summary>Milliseconds before each further token.</summary>
    public int DelayTokenMs { get; init; }

    /// <summary>How the answer ends.</summary>
    public FaultEnding Ending { get; init; }

    /// <summary>
    /// Number of data events of a stream before <see cref="Ending"/>; comments do not count. An answer that is no stream ends after
    /// half of its body.
    /// </summary>
    public int AfterChunks { get; init; }

    /// <summary>The body is sent in pieces of this many bytes; 0: as it comes.</summary>
    public int PieceBytes { get; init; }

    /// <summary>The body is sent in pieces of 1 to 32 bytes, by <see cref="Seed"/>.</summary>
    public bool RandomPieces { get; init; }

    /// <summary>What is wrong with the definition, or null.</summary>
    internal string? Problem() => this switch
    {
        { Count: < 1 } => "count must be at least 1.",
        { Probability: not (>= 0 and <= 1) } => "probability must be 0 to 1.",
        { Status: < 200 or > 599 } => "status must be 200 to 599.",
        { DelayHeadersMs: < 0 } or { DelayFirstTokenMs: < 0 } or { DelayTokenMs: < 0 } => "delays must be 0 or more.",
        { AfterChunks: < 0 } or { PieceBytes: < 0 } => "afterChunks and pieceBytes must be 0 or more.",
        { Preset: not null } when !FaultPresets.Names.Contains(Preset) =>
            $"unknown preset '{Preset}'; known: {string.Join(", ", FaultPresets.Names)}.",
        _ => null,
    };
}
