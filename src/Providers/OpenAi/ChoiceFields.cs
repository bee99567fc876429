using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>The parts of one choice, as they stand.</summary>
internal ref struct ChoiceFields
{
    public int Index;

    /// <summary><c>message</c> of an answer, <c>delta</c> of a chunk.</summary>
    public ReadOnlySpan<byte> Body;
    public ReadOnlySpan<byte> FinishReason;
    public ReadOnlySpan<byte> LogProbs;
    public ReadOnlySpan<byte> Error;

    /// <summary>Reads the choice that the reader stands on.</summary>
    /// <param name="reader">A reader over the array of choices.</param>
    /// <param name="json">The array's bytes.</param>
    /// <param name="body">Name of the field that holds the text.</param>
    public static ChoiceFields Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ReadOnlySpan<byte> body)
    {
        var fields = new ChoiceFields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
                fields.Index = ReadIndex(ref reader);
            else if (reader.ValueTextEquals(body))
                fields.Body = JsonBytes.TakeProperty(ref reader, json);
            else if (reader.ValueTextEquals("finish_reason"u8))
                fields.FinishReason = JsonBytes.TakeProperty(ref reader, json);
            else if (reader.ValueTextEquals("logprobs"u8))
                fields.LogProbs = JsonBytes.TakeProperty(ref reader, json);
            else if (reader.ValueTextEquals("error"u8))
                fields.Error = JsonBytes.TakeProperty(ref reader, json);
            else
                JsonBytes.TakeProperty(ref reader, json);
        }

        return fields;
    }

    /// <summary>The choice ended with an error (wire.md 2.3).</summary>
    public readonly bool HasError => JsonBytes.HasContent(Error) || FinishReasons.IsError(FinishReason);

    private static int ReadIndex(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) && index >= 0)
            return index;
        reader.Skip();
        return 0;
    }
}
