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
        EmbeddingsAnswer.Begin(writer);
        var written = WriteVectors(writer, fields.Embeddings, request.Base64);
        EmbeddingsAnswer.End(writer, target, default);
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
            var values = JsonBytes.Field(JsonBytes.TakeValue(ref reader, embeddings), "values"u8);
            if (!JsonBytes.HasItems(values) || !EmbeddingsAnswer.TryWriteVector(writer, values, count, base64))
                return -1;
        }

        return reader.TokenType == JsonTokenType.EndArray ? count : -1;
    }
}
