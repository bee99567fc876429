using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ThotNet.Providers.Json;

/// <summary>Small helpers to read and write JSON as bytes, without a document tree.</summary>
internal static class JsonBytes
{
    /// <summary>Writers of bodies: nothing is escaped that need not be; what is written is checked by tests, not at run time.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    private static readonly SearchValues<byte> BlanksAndQuote = SearchValues.Create(" \t\r\n\""u8);

    private static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    /// <summary>Reads past the value that the reader stands on.</summary>
    /// <param name="reader">A reader over the whole of <paramref name="json"/>.</param>
    /// <param name="json">The bytes that the reader reads.</param>
    /// <returns>The value's bytes, quotes and brackets included.</returns>
    public static ReadOnlySpan<byte> TakeValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    /// <summary>Moves to the value of the property that the reader stands on and reads past it.</summary>
    public static ReadOnlySpan<byte> TakeProperty(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        return TakeValue(ref reader, json);
    }

    /// <summary>True for a value that is there and not null.</summary>
    public static bool IsSet(ReadOnlySpan<byte> value) => value.Length > 0 && value[0] != (byte)'n';

    /// <summary>True for a string, an array or an object with something in it.</summary>
    public static bool HasContent(ReadOnlySpan<byte> value) => value.Length > 0 && value[0] switch
    {
        (byte)'"' => value.Length > 2,
        (byte)'[' or (byte)'{' => !value[1..^1].Trim(Blanks).IsEmpty,
        _ => false,
    };

    /// <summary>True for an object, empty or not.</summary>
    public static bool IsObject(ReadOnlySpan<byte> value) => value is [(byte)'{', ..];

    /// <summary>True for an array with something in it.</summary>
    public static bool HasItems(ReadOnlySpan<byte> value) => value is [(byte)'[', ..] && HasContent(value);

    /// <summary>True for a string with something in it.</summary>
    public static bool HasText(ReadOnlySpan<byte> value) => IsString(value) && HasContent(value);

    /// <summary>True for a string.</summary>
    public static bool IsString(ReadOnlySpan<byte> value) => value.Length > 0 && value[0] == (byte)'"';

    /// <summary>The text of a string value, or null for anything else.</summary>
    public static string? Text(ReadOnlySpan<byte> value)
    {
        if (!IsString(value))
            return null;
        var reader = new Utf8JsonReader(value);
        reader.Read();
        return reader.GetString();
    }

    /// <summary>The text of a string value; null for anything else, also for a text with an escaped half of a surrogate pair.</summary>
    public static string? TextOrNull(ReadOnlySpan<byte> value)
    {
        try
        {
            return Text(value);
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>True for a string with exactly that text.</summary>
    public static bool Is(ReadOnlySpan<byte> value, ReadOnlySpan<byte> text)
    {
        if (!IsString(value))
            return false;
        var reader = new Utf8JsonReader(value);
        reader.Read();
        return reader.ValueTextEquals(text);
    }

    /// <summary>The value of an object's field as it stands, the last of that name; empty if there is no such field or no object.</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        if (!IsObject(json))
            return default;
        ReadOnlySpan<byte> found = default;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            var value = TakeProperty(ref reader, json);
            if (isIt)
                found = value;
        }

        return found;
    }

    /// <summary>A reader on the object that is an answer, or on the first object of an array: errors may come as its only element (wire.md 4.5).</summary>
    /// <exception cref="JsonException">There is no object.</exception>
    public static Utf8JsonReader StartAnswer(ReadOnlySpan<byte> json, out bool isArray)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        isArray = reader.TokenType == JsonTokenType.StartArray;
        if (isArray)
            reader.Read();
        return reader.TokenType == JsonTokenType.StartObject ? reader : throw new JsonException("not an object");
    }

    /// <summary>Reads what is left, so that all of it is known to be valid.</summary>
    public static void ReadToEnd(scoped ref Utf8JsonReader reader)
    {
        while (reader.Read())
        {
        }
    }

    /// <summary>Writes valid JSON without the blanks between its tokens.</summary>
    public static void WriteCompact(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        while (!json.IsEmpty)
        {
            json = json.TrimStart(Blanks);
            var length = TokenLength(json);
            output.Write(json[..length]);
            json = json[length..];
        }
    }

    /// <summary>Makes sure that names can be compared: an escaped half of a surrogate pair in one would throw in mid-work.</summary>
    /// <exception cref="InvalidOperationException">A name is not valid Unicode.</exception>
    public static void CheckEscapes(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
            return;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped)
                _ = reader.GetString();
        }
    }

    /// <summary>Writes a property with a value as it stands.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        writer.WritePropertyName(name);
        writer.WriteRaw(value);
    }

    /// <summary>Writes a value as it stands, but on one line, so that it can be part of an event.</summary>
    public static void WriteRaw(this Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAny(LineEnds) < 0)
            writer.WriteRawValue(value, skipInputValidation: true);
        else
            WriteOnOneLine(writer, value);
    }

    // A string with its quotes, or all up to the next blank or string.
    private static int TokenLength(ReadOnlySpan<byte> json)
    {
        if (!IsString(json))
            return json.IndexOfAny(BlanksAndQuote) is >= 0 and var end ? end : json.Length;
        var at = 1;
        while (json[at] != (byte)'"')
            at += json[at] == (byte)'\\' ? 2 : 1;
        return at + 1;
    }

    // Line ends in valid JSON stand only between tokens, where a space does as well.
    private static void WriteOnOneLine(Utf8JsonWriter writer, ReadOnlySpan<byte> value)
    {
        var copy = ArrayPool<byte>.Shared.Rent(value.Length);
        var line = copy.AsSpan(0, value.Length);
        value.CopyTo(line);
        line.Replace((byte)'\r', (byte)' ');
        line.Replace((byte)'\n', (byte)' ');
        writer.WriteRawValue(line, skipInputValidation: true);
        ArrayPool<byte>.Shared.Return(copy);
    }
}
