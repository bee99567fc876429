using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>Writes an embeddings answer in OpenAI's form: one vector for each input, in the order of the inputs (wire.md 1.7).</summary>
internal readonly struct EmbeddingsTranslator(FailureReader failures)
{
    /// <summary>Translates one answer; see <see cref="IProviderAdapter.TranslateAnswer"/>.</summary>
    /// <exception cref="JsonException">The body is not a JSON object.</exception>
    /// <exception cref="InvalidOperationException">A name is not valid Unicode.</exception>
    public (TokenUsage? Usage, ProviderFailure? Failure) Translate(
        ReadOnlySpan<byte> body, EmbeddingsRequest request, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output)
    {
        var fields = AnswerFields.Read(body);
        var usage = UsageJson.Read(fields.Usage);
        if (fields.HasError)
            return (usage, failures.ReadInside(body, now));
        var vectors = new Range[request.Inputs.Length];
        if (!FindVectors(fields.Data, vectors))
            return (usage, FailureReader.Unreadable("it does not hold one vector for each input"));
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        EmbeddingsAnswer.Begin(writer);
        for (var index = 0; index < vectors.Length; index++)
        {
            if (!EmbeddingsAnswer.TryWriteVector(writer, fields.Data[vectors[index]], index, request.Base64))
                return (usage, FailureReader.Unreadable("a vector is not an array of numbers"));
        }

        EmbeddingsAnswer.End(writer, target, usage ?? default);
        return (usage, null);
    }

    // Where in the data the vector of each input stands. Providers may answer out of order; where they give no index, the place counts.
    private static bool FindVectors(ReadOnlySpan<byte> data, Span<Range> vectors)
    {
        if (!JsonBytes.HasItems(data))
            return false;
        var reader = new Utf8JsonReader(data);
        reader.Read();
        var count = 0;
        for (; reader.Read() && reader.TokenType == JsonTokenType.StartObject; count++)
        {
            var index = count;
            var vector = ReadItem(ref reader, ref index);
            if ((uint)index >= (uint)vectors.Length || vector.Equals(default) || !vectors[index].Equals(default))
                return false;
            vectors[index] = vector;
        }

        return count == vectors.Length && reader.TokenType == JsonTokenType.EndArray;
    }

    private static Range ReadItem(ref Utf8JsonReader reader, ref int index)
    {
        Range vector = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIndex = reader.ValueTextEquals("index"u8);
            var isVector = reader.ValueTextEquals("embedding"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isIndex && reader.TokenType != JsonTokenType.Null)
                index = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var given) ? given : -1;
            reader.Skip();
            if (isVector)
                vector = start..(int)reader.BytesConsumed;
        }

        return vector;
    }
}
