using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes the body of <c>batchEmbedContents</c>, one item for each input, be it one or many (wire.md rule 55).</summary>
internal static class GeminiEmbeddingsBody
{
    /// <summary>Writes the body.</summary>
    public static void Write(EmbeddingsRequest request, TargetDefinition target, IBufferWriter<byte> output)
    {
        using var whole = WholeCharacters.Of(request.Body.Span);
        var body = whole.Json;
        var model = JsonEncodedText.Encode(GeminiGeneration.NameOf(target.Model));
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        writer.WriteStartObject();
        writer.WriteStartArray("requests"u8);
        foreach (var input in request.Inputs)
        {
            writer.WriteStartObject();
            writer.WriteString("model"u8, model);
            WriteContent(body[input], writer);
            if (request.Dimensions is { } dimensions)
                writer.WriteNumber("outputDimensionality"u8, dimensions);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteContent(ReadOnlySpan<byte> text, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("content"u8);
        writer.WriteStartArray("parts"u8);
        writer.WriteStartObject();
        writer.WriteRaw("text"u8, JsonBytes.HasText(text) ? text : "\" \""u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
