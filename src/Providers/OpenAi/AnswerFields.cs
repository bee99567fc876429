using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>The parts of an answer, or of one chunk of a stream, as they stand in its bytes; empty where absent.</summary>
internal ref struct AnswerFields
{
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Created;
    public ReadOnlySpan<byte> Model;
    public ReadOnlySpan<byte> Choices;
    public ReadOnlySpan<byte> Data;
    public ReadOnlySpan<byte> Usage;
    public ReadOnlySpan<byte> Error;
    public ReadOnlySpan<byte> Fingerprint;

    /// <summary>Reads an object to its end, or an array whose first element is an error, as Google's compatible endpoint has it (wire.md 4.1).</summary>
    /// <exception cref="JsonException">It is neither, or something follows it.</exception>
    public static AnswerFields Read(ReadOnlySpan<byte> json)
    {
        var fields = new AnswerFields();
        var reader = JsonBytes.StartAnswer(json, out var isArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            fields.ReadField(ref reader, json);
        JsonBytes.ReadToEnd(ref reader);
        return isArray && !fields.HasError ? throw new JsonException("an array") : fields;
    }

    /// <summary>The provider reported an error: an object or a non-empty text. Clients look at nothing but that either (wire.md 1.3).</summary>
    public readonly bool HasError => JsonBytes.HasContent(Error);

    private void ReadField(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.ValueTextEquals("id"u8))
            Id = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("created"u8))
            Created = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("model"u8))
            Model = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("choices"u8))
            Choices = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("data"u8))
            Data = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("usage"u8))
            Usage = Better(JsonBytes.TakeProperty(ref reader, json), Usage);
        else if (reader.ValueTextEquals("error"u8))
            Error = Better(JsonBytes.TakeProperty(ref reader, json), Error);
        else if (reader.ValueTextEquals("system_fingerprint"u8))
            Fingerprint = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("x_groq"u8))
            ReadGroq(JsonBytes.TakeProperty(ref reader, json));
        else
            JsonBytes.TakeProperty(ref reader, json);
    }

    // Usage and errors may stand here instead (wire.md 3.3, 3.5).
    private void ReadGroq(ReadOnlySpan<byte> extras)
    {
        if (!JsonBytes.IsObject(extras))
            return;
        var reader = new Utf8JsonReader(extras);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("usage"u8);
            var isError = reader.ValueTextEquals("error"u8);
            var value = JsonBytes.TakeProperty(ref reader, extras);
            if (isUsage)
                Usage = Better(Usage, value);
            if (isError)
                Error = Better(Error, value);
        }
    }

    private static ReadOnlySpan<byte> Better(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second) =>
        JsonBytes.HasContent(first) ? first : second;
}
