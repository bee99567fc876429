using System.Collections.Immutable;
using ThotNet.Providers.Requests;
using ThotNet.Providers.Tokens;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers.Embeddings;

/// <summary>What has been read of an embeddings request so far.</summary>
/// <remarks>Plain fields are those that a reader fills by reference.</remarks>
internal sealed class EmbeddingsFacts(ReadOnlyMemory<byte> body, PromptTokenizer? tokenizer) : BodyFacts(body, tokenizer)
{
    public ImmutableArray<Range> Inputs { get; set; } = [];

    public bool HasTokenInputs { get; set; }

    /// <summary>The texts.</summary>
    public TextSize Text;

    /// <summary>Token ids in the arrays.</summary>
    public long Tokens { get; set; }

    public bool Base64 { get; set; }

    public int? Dimensions;

    public Range? User { get; set; }

    /// <summary>How large the inputs are.</summary>
    public PromptSize Prompt => new(Texts.TokensOf(Text), 0, Tokens, Texts.IsExact);
}
