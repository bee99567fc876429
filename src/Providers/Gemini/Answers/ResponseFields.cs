using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>The parts of an answer, or of one event of a stream, as they stand (wire.md 4.3); empty where absent.</summary>
internal ref struct ResponseFields
{
    public ReadOnlySpan<byte> Candidates;
    public ReadOnlySpan<byte> BlockReason;
    public ReadOnlySpan<byte> Usage;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Embeddings;
    public ReadOnlySpan<byte> Error;

    /// <summary>Reads an object to its end, or an array whose first element is an error (wire.md 4.5).</summary>
    /// <exception cref="JsonException">It is neither, or something follows it.</exception>
    public static ResponseFields Read(ReadOnlySpan<byte> json)
    {
        var fields = new ResponseFields();
        var reader = JsonBytes.StartAnswer(json, out var isArray);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            fields.ReadField(ref reader, json);
        JsonBytes.ReadToEnd(ref reader);
        return isArray && !fields.HasError ? throw new JsonException("an array") : fields;
    }

    /// <summary>Google reported an error.</summary>
    public readonly bool HasError => JsonBytes.HasContent(Error);

    /// <summary>The prompt was refused for its content, and nothing was written (wire.md rule 49).</summary>
    public readonly bool IsBlocked => JsonBytes.HasText(BlockReason) && !JsonBytes.HasItems(Candidates);

    /// <summary>The answer's id for callers (wire.md rule 51).</summary>
    public readonly string MakeId() =>
        JsonBytes.TextOrNull(Id) is { Length: > 0 } id ? AnswerIds.Prefix + id : AnswerIds.Make();

    private void ReadField(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (reader.ValueTextEquals("candidates"u8))
            Candidates = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("usageMetadata"u8))
            Usage = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("promptFeedback"u8))
            BlockReason = JsonBytes.Field(JsonBytes.TakeProperty(ref reader, json), "blockReason"u8);
        else if (reader.ValueTextEquals("responseId"u8))
            Id = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("embeddings"u8))
            Embeddings = JsonBytes.TakeProperty(ref reader, json);
        else if (reader.ValueTextEquals("error"u8))
            Error = JsonBytes.TakeProperty(ref reader, json);
        else
            JsonBytes.TakeProperty(ref reader, json);
    }
}
