using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>Writes an embeddings request for the provider. Vectors are asked for as numbers: not every provider knows base64 (wire.md 1.7).</summary>
internal static class EmbeddingsBody
{
    /// <summary>Writes the body.</summary>
    public static void Write(EmbeddingsRequest request, TargetDefinition target, OpenAiDialect dialect, IBufferWriter<byte> output)
    {
        var body = request.Body.Span;
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.Model);
        writer.WritePropertyName("input"u8);
        WriteInput(request, body, writer);
        writer.WriteString("encoding_format"u8, "float"u8);
        if (request.Dimensions is { } dimensions)
            writer.WriteNumber("dimensions"u8, dimensions);
        if (request.User is { } user && dialect.Forwards(RequestField.User, body[user], request.Needs))
            writer.WriteRaw("user"u8, body[user]);
        writer.WriteEndObject();
    }

    private static void WriteInput(EmbeddingsRequest request, ReadOnlySpan<byte> body, Utf8JsonWriter writer)
    {
        if (request.Inputs.Length == 1)
        {
            writer.WriteRawValue(body[request.Inputs[0]], skipInputValidation: true);
            return;
        }

        writer.WriteStartArray();
        foreach (var input in request.Inputs)
            writer.WriteRawValue(body[input], skipInputValidation: true);
        writer.WriteEndArray();
    }
}
