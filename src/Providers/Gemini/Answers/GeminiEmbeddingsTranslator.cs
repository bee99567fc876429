using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>Writes an answer of <c>batchEmbedContents</c> in OpenAI's form: vectors come in the order of the inputs (wire.md 4.1, rule 55).</summary>
internal readonly struct GeminiEmbeddingsTranslator(FailureReader failures)
{
    /// <summary>Translates one answer.</summary>
    /// <returns>Never a usage: Google tells none, and a made-up one must not replace what was reserved.</returns>
    /// <exception cref="JsonException">It is no answer.</exception>
    public (TokenUsage? Usage, ProviderFailure? Failure) Translate(
        ReadOnlySpan<byte> body, EmbeddingsRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output)
    {
        var fields = ResponseFields.Read(body);
        if (fields.HasError)
            return (null, failures.ReadInside(body, now));
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        var written = WriteVectors(writer, fields.Embeddings, request.Base64);
        writer.WriteEndArray();
        writer.WriteString("model"u8, target.Id);
        WriteUsage(writer);
        writer.WriteEndObject();
        return (null, written == request.Inputs.Length ? null : FailureReader.Unreadable("it does not hold one vector for each input"));
    }

    // The number of vectors up to the end, or -1 at something that is none.
    private static int WriteVectors(Utf8JsonWriter writer, ReadOnlySpan<byte> embeddings, bool base64)
    {
        if (!JsonBytes.HasItems(embeddings))
            return 0;
        var reader = new Utf8JsonReader(embeddings);
        reader.Read();
        var count = 0;
        for (; reader.Read() && reader.TokenType == JsonTokenType.StartObject; count++)
        {
            if (!WriteVector(writer, JsonBytes.Field(JsonBytes.TakeValue(ref reader, embeddings), "values"u8), count, base64))
                return -1;
        }

        return reader.TokenType == JsonTokenType.EndArray ? count : -1;
    }

    private static bool WriteVector(Utf8JsonWriter writer, ReadOnlySpan<byte> values, int index, bool base64)
    {
        if (!JsonBytes.HasItems(values))
            return false;
        writer.WriteStartObject();
        writer.WriteString("object"u8, "embedding"u8);
        writer.WriteNumber("index"u8, index);
        writer.WritePropertyName("embedding"u8);
        var reader = new Utf8JsonReader(values);
        reader.Read();
        var length = VectorWriter.Write(ref reader, values, base64, writer);
        writer.WriteEndObject();
        return length > 0;
    }

    // Clients read the counts, so they are there.
    private static void WriteUsage(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, 0);
        writer.WriteNumber("total_tokens"u8, 0);
        writer.WriteEndObject();
    }
}
