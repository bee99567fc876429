using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>The parts of one candidate, as they stand.</summary>
internal ref struct CandidateFields
{
    /// <summary>The candidate's number; absent is 0 (wire.md 4.3), but where several have none they are counted.</summary>
    public int Index;
    public ReadOnlySpan<byte> Parts;
    public ReadOnlySpan<byte> FinishReason;
    public ReadOnlySpan<byte> LogProbs;

    private const int NoIndex = -1;

    /// <summary>Reads the candidate that the reader stands on; its index is -1 if it has none.</summary>
    public static CandidateFields Read(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var fields = new CandidateFields { Index = NoIndex };
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8))
                fields.Parts = JsonBytes.Field(JsonBytes.TakeProperty(ref reader, json), "parts"u8);
            else if (reader.ValueTextEquals("finishReason"u8))
                fields.FinishReason = JsonBytes.TakeProperty(ref reader, json);
            else if (reader.ValueTextEquals("index"u8))
                fields.ReadIndex(ref reader);
            else if (reader.ValueTextEquals("logprobsResult"u8))
                fields.LogProbs = JsonBytes.TakeProperty(ref reader, json);
            else
                JsonBytes.TakeProperty(ref reader, json);
        }

        return fields;
    }

    /// <summary>The candidate has a number of its own.</summary>
    public readonly bool HasIndex => Index != NoIndex;

    private void ReadIndex(scoped ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var index) && index >= 0)
            Index = index;
        reader.Skip();
    }
}
