using Microsoft.ML.Tokenizers;

namespace ThotNet.Providers.Tokens;

/// <summary>
/// Counts tokens in the vocabulary <c>o200k_base</c>. No provider promises to count so; how a model differs is learned from what it reports
/// (<see cref="Routing.Tokens.PromptScale"/>). Safe for concurrent use.
/// </summary>
public sealed class PromptTokenizer
{
    private static readonly Lazy<PromptTokenizer> Loaded = new(() => new PromptTokenizer());

    private readonly TiktokenTokenizer _tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");

    private PromptTokenizer()
    {
    }

    /// <summary>The one of this process. The first use loads the vocabulary: about 0.2 s and 42 MB.</summary>
    public static PromptTokenizer Shared => Loaded.Value;

    /// <summary>Tokens of a short text. The time grows with the square of its longest word, so long texts are given in pieces.</summary>
    internal int Count(ReadOnlySpan<char> text) => _tokenizer.CountTokens(text);
}
