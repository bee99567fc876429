using System.Text.Json;

namespace ThotNet.Providers.Requests;

/// <summary>A string of the body, kept as the place where it stands; compared by value, with whatever escapes it is written.</summary>
/// <param name="Start">Where its opening quote stands.</param>
/// <param name="Length">Its bytes, both quotes included.</param>
/// <param name="Hash">Of its value, so that texts that differ are seldom compared.</param>
internal readonly record struct BodyText(int Start, int Length, int Hash)
{
    /// <summary>The string that the reader stands on.</summary>
    /// <exception cref="InvalidOperationException">It is not valid Unicode.</exception>
    public static BodyText Of(scoped ref Utf8JsonReader reader)
    {
        using var text = UnescapedText.Of(ref reader);
        var hash = default(HashCode);
        hash.AddBytes(text.Bytes);
        return new BodyText((int)reader.TokenStartIndex, reader.ValueSpan.Length + 2, hash.ToHashCode());
    }

    /// <summary>True for the same text.</summary>
    public bool Is(BodyText other, ReadOnlySpan<byte> body)
    {
        if (Hash != other.Hash)
            return false;
        var reader = ReaderOver(body);
        var otherReader = other.ReaderOver(body);
        using var text = UnescapedText.Of(ref otherReader);
        return reader.ValueTextEquals(text.Bytes);
    }

    /// <summary>The string as it stands in the body, with its quotes.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> body) => body.Slice(Start, Length);

    private Utf8JsonReader ReaderOver(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(In(body));
        reader.Read();
        return reader;
    }
}
