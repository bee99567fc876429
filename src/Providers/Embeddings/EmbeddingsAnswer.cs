using System.Text.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.Embeddings;

/// <summary>Writes an embeddings answer in OpenAI's form (wire.md 1.7).</summary>
internal static class EmbeddingsAnswer
{
    /// <summary>Begins the list of vectors.</summary>
    public static void Begin(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
    }

    /// <summary>Writes the vector of one input.</summary>
    /// <param name="writer">A writer within the list.</param>
    /// <param name="vector">The vector as the provider gave it; see <see cref="VectorWriter"/>.</param>
    /// <param name="index">The input's place.</param>
    /// <param name="base64">In which form it goes.</param>
    /// <returns>False if it is no vector.</returns>
    public static bool TryWriteVector(Utf8JsonWriter writer, ReadOnlySpan<byte> vector, int index, bool base64)
    {
        if (vector.IsEmpty)
            return false;
        writer.WriteStartObject();
        writer.WriteString("object"u8, "embedding"u8);
        writer.WriteNumber("index"u8, index);
        writer.WritePropertyName("embedding"u8);
        var reader = new Utf8JsonReader(vector);
        reader.Read();
        var length = VectorWriter.Write(ref reader, vector, base64, writer);
        writer.WriteEndObject();
        return length > 0;
    }

    /// <summary>Ends list and answer. Clients read the counts, so they are there even where the provider told none.</summary>
    public static void End(Utf8JsonWriter writer, TargetDefinition target, TokenUsage usage)
    {
        writer.WriteEndArray();
        writer.WriteString("model"u8, target.Id);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, usage.PromptTokens);
        writer.WriteNumber("total_tokens"u8, usage.TotalTokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
