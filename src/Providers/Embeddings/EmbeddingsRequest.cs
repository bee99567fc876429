using System.Collections.Immutable;
using ThotNet.Providers.Tokens;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers.Embeddings;

/// <summary>A caller's embeddings request (wire.md 1.7), validated.</summary>
public sealed class EmbeddingsRequest : ModelRequest
{
    /// <summary>
    /// Where in <see cref="ModelRequest.Body"/> each input stands: a JSON string with its quotes, or an array of token ids. At least one, in the
    /// caller's order.
    /// </summary>
    public required ImmutableArray<Range> Inputs { get; init; }

    /// <summary>The inputs are arrays of token ids instead of texts.</summary>
    public bool HasTokenInputs { get; init; }

    /// <summary>The length of the vectors asked for, at least 1, or null for the model's own.</summary>
    public int? Dimensions { get; init; }

    /// <summary>The caller wants each vector as base64 of little-endian float32 instead of an array of numbers.</summary>
    public bool Base64 { get; init; }

    /// <summary>Where in <see cref="ModelRequest.Body"/> the name of the caller's own user stands, with its quotes; null when not given.</summary>
    public Range? User { get; init; }

    /// <inheritdoc/>
    public override string Operation => "embeddings";

    /// <inheritdoc/>
    public override long OutputTokenBound(TargetDefinition target) => 0;

    private protected override PromptSize ReadPrompt(PromptTokenizer tokenizer) => EmbeddingsRequestReader.ReadPrompt(Body, tokenizer);
}
