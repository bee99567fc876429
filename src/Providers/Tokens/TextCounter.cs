using System.Text.Json;
using ThotNet.Providers.Chat;

namespace ThotNet.Providers.Tokens;

/// <summary>
/// Counts the texts of one request: with a tokenizer as far as that is cheap, the rest by size. Without a tokenizer all goes by size.
/// </summary>
/// <remarks>
/// The work is bounded whatever the text: it is cut into pieces of <see cref="PieceLength"/>, because the tokenizer takes the square of the time for a
/// word of twice the length, and counting ends after <see cref="MaxUnits"/> or <see cref="MaxTokens"/>, so that text which is slow because it is no
/// language ends sooner. What is left is taken to be as dense as what was counted, and at least as dense as the rule by size.
/// </remarks>
internal sealed class TextCounter(PromptTokenizer? tokenizer)
{
    /// <summary>UTF-16 units that are counted at once. Each cut adds a token at most.</summary>
    public const int PieceLength = 512;

    /// <summary>UTF-16 units of a request that are counted.</summary>
    public const int MaxUnits = 32_768;

    /// <summary>Tokens after which counting ends.</summary>
    public const int MaxTokens = 8_192;

    private long _bytes;
    private int _units;
    private int _tokens;

    /// <summary>Whether texts are counted by a tokenizer.</summary>
    public bool IsExact => tokenizer is not null;

    /// <summary>Adds the string that the reader stands on.</summary>
    public void Add(scoped ref Utf8JsonReader reader, ref TextSize size) => Add(reader.ValueSpan, reader.ValueIsEscaped, ref size);

    /// <summary>Adds JSON that the model reads as it stands.</summary>
    public void AddJson(ReadOnlySpan<byte> json, ref TextSize size) => Add(json, isEscaped: false, ref size);

    /// <summary>The tokens of texts, rounded up.</summary>
    public long TokensOf(TextSize size)
    {
        var bySize = PromptBound.OfText(size.BytesLeft);
        var byDensity = _bytes == 0 ? 0 : (long)Math.Ceiling(size.BytesLeft * ((double)_tokens / _bytes));
        return size.Tokens + Math.Max(bySize, byDensity);
    }

    private void Add(ReadOnlySpan<byte> text, bool isEscaped, ref TextSize size)
    {
        var pieces = new TextPieces(text, isEscaped);
        if (tokenizer is not null)
            size.Tokens += Count(ref pieces, tokenizer);
        _bytes += text.Length - pieces.BytesLeft;
        size.BytesLeft += pieces.BytesLeft;
    }

    private int Count(ref TextPieces pieces, PromptTokenizer tokenizer)
    {
        Span<char> buffer = stackalloc char[PieceLength];
        var before = _tokens;
        while (_units < MaxUnits && _tokens < MaxTokens && pieces.Read(buffer) is var length and > 0)
        {
            _units += length;
            _tokens += tokenizer.Count(buffer[..length]);
        }

        return _tokens - before;
    }
}

/// <summary>The size of some texts: what was counted, and the bytes of what was not.</summary>
internal struct TextSize
{
    public long Tokens;

    public long BytesLeft;
}
