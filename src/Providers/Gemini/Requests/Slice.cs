using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Where a value stands in a request's body. The default is a value that is not there; null is taken for that too.</summary>
internal readonly record struct Slice(int Start, int Length)
{
    /// <summary>The value is there.</summary>
    public bool IsSet => Length > 0;

    /// <summary>Reads past the value that the reader stands on.</summary>
    /// <param name="reader">A reader over a part of the body.</param>
    /// <param name="offset">Where that part begins.</param>
    public static Slice Take(ref Utf8JsonReader reader, int offset)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.Null)
            return default;
        reader.Skip();
        return new Slice(offset + start, (int)reader.BytesConsumed - start);
    }

    /// <summary>Moves to the value of the property that the reader stands on and reads past it.</summary>
    public static Slice TakeProperty(ref Utf8JsonReader reader, int offset)
    {
        reader.Read();
        return Take(ref reader, offset);
    }

    /// <summary>Moves to the value of the property that the reader stands on and reads past it: a string, to be compared with others.</summary>
    /// <returns>The default for any other value.</returns>
    public static BodyText TakeText(ref Utf8JsonReader reader, int offset)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return default;
        }

        var text = BodyText.Of(ref reader);
        return text with { Start = offset + text.Start };
    }

    /// <summary>The value's bytes; empty if it is not there.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> body) => body.Slice(Start, Length);
}
