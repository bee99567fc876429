using System.Text.Json;
using System.Text.Unicode;

namespace ThotNet.Providers.Requests;

/// <summary>Reads a caller's body in one pass over its bytes, without a document tree; the fields are read by the endpoint's own reader.</summary>
internal static class BodyReader
{
    /// <summary>Deepest nesting of a body.</summary>
    public const int MaxDepth = 64;

    /// <summary>Most values and names whose text is not a body's bulk.</summary>
    public const int MaxValues = 500_000;

    /// <summary>Most top-level fields.</summary>
    public const int MaxFields = 256;

    /// <summary>Longest name of a model, in characters.</summary>
    public const int MaxModelLength = 256;

    /// <summary>Reads one field: the reader stands on its name and is left on the last token of its value.</summary>
    /// <returns>False if it is wrong; the facts then say how.</returns>
    public delegate bool ReadField<in TFacts>(ref Utf8JsonReader reader, TFacts facts);

    /// <summary>Reads the body.</summary>
    /// <returns>False if it is wrong; the facts then say how.</returns>
    public static bool Read<TFacts>(TFacts facts, ReadField<TFacts> readField)
        where TFacts : BodyFacts
    {
        var body = facts.Body.Span;
        if (body.Trim(" \t\r\n"u8).IsEmpty)
            return facts.Fail("The request body is empty; a JSON object was expected.");
        if (!Utf8.IsValid(body))
            return facts.Fail("The request body is not valid UTF-8.");
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            return ReadObject(ref reader, facts, readField);
        }
        catch (JsonException e)
        {
            return facts.Fail(IsTooDeep(reader, body)
                ? $"The request body is nested more than {MaxDepth} levels deep."
                : $"The request body is not valid JSON, or ends too early: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.");
        }
        catch (InvalidOperationException)
        {
            // The reader's only answer to an escaped half of a surrogate pair in a name or value that has to be compared.
            return facts.Fail("The request body holds an escape that is not valid Unicode.");
        }
    }

    // The reader stopped before a bracket that would have opened one level too many.
    private static bool IsTooDeep(in Utf8JsonReader reader, ReadOnlySpan<byte> body)
    {
        var next = body[(int)reader.BytesConsumed..].TrimStart(" \t\r\n,:"u8);
        return reader.CurrentDepth >= MaxDepth - 1 && next is [(byte)'[' or (byte)'{', ..];
    }

    private static bool ReadObject<TFacts>(ref Utf8JsonReader reader, TFacts facts, ReadField<TFacts> readField)
        where TFacts : BodyFacts
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail("The request body must be a JSON object.");
        for (var fields = 1; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; fields++)
        {
            if (fields > MaxFields)
                return facts.Fail($"The request has more than {MaxFields} fields.");
            if (!readField(ref reader, facts))
                return false;
        }

        // Throws when something follows the object.
        reader.Read();
        return true;
    }
}
