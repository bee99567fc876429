using System.Text;
using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>Writes Google's log probabilities in OpenAI's form (wire.md rule 53).</summary>
internal static class LogProbsWriter
{
    // What OpenAI says of a token that is as good as impossible.
    private const double Impossible = -9999;

    /// <summary>Writes <c>logprobs</c>.</summary>
    /// <param name="writer">A writer within the choice.</param>
    /// <param name="result">Google's <c>logprobsResult</c>, an object.</param>
    public static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> result)
    {
        var chosen = Start(JsonBytes.Field(result, "chosenCandidates"u8));
        var topJson = JsonBytes.Field(result, "topCandidates"u8);
        var top = Start(topJson);
        writer.WriteStartObject("logprobs"u8);
        writer.WriteStartArray("content"u8);
        while (chosen.Read() && chosen.TokenType == JsonTokenType.StartObject)
        {
            writer.WriteStartObject();
            WriteToken(writer, ref chosen);
            writer.WriteStartArray("top_logprobs"u8);
            if (top.Read() && top.TokenType == JsonTokenType.StartObject)
                WriteTop(writer, JsonBytes.Field(JsonBytes.TakeValue(ref top, topJson), "candidates"u8));
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNull("refusal"u8);
        writer.WriteEndObject();
    }

    private static Utf8JsonReader Start(ReadOnlySpan<byte> array)
    {
        var reader = new Utf8JsonReader(JsonBytes.HasItems(array) ? array : "[]"u8);
        reader.Read();
        return reader;
    }

    private static void WriteTop(Utf8JsonWriter writer, ReadOnlySpan<byte> candidates)
    {
        var reader = Start(candidates);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            writer.WriteStartObject();
            WriteToken(writer, ref reader);
            writer.WriteEndObject();
        }
    }

    // A value of zero is left out by Google as every default is.
    private static void WriteToken(Utf8JsonWriter writer, scoped ref Utf8JsonReader reader)
    {
        string? token = null;
        var probability = 0.0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isToken = reader.ValueTextEquals("token"u8);
            var isProbability = reader.ValueTextEquals("logProbability"u8);
            reader.Read();
            if (isToken)
                token = TextOf(ref reader);
            else if (isProbability)
                probability = NumberOf(ref reader);
            reader.Skip();
        }

        writer.WriteString("token"u8, token ?? "");
        writer.WriteNumber("logprob"u8, probability);
        writer.WriteStartArray("bytes"u8);
        foreach (var value in Encoding.UTF8.GetBytes(token ?? ""))
            writer.WriteNumberValue(value);
        writer.WriteEndArray();
    }

    private static string? TextOf(scoped ref Utf8JsonReader reader)
    {
        try
        {
            return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: a token may be a piece of a character.
            return null;
        }
    }

    private static double NumberOf(scoped ref Utf8JsonReader reader) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var number) && double.IsFinite(number) ? number : Impossible;
}
