using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>
/// Writes the body for the provider: the caller's fields as they stand, but the provider's name of the model, exactly one limit of output
/// tokens (so that what is reserved is what can be spent), and without what the provider refuses.
/// </summary>
internal static class UpstreamBody
{
    /// <summary>Writes the body.</summary>
    public static void Write(ChatRequest request, TargetDefinition target, OpenAiDialect dialect, IBufferWriter<byte> output)
    {
        var body = request.Body.Span;
        var fields = BodyFields.Find(body, dialect);
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        writer.WriteStartObject();
        writer.WriteString("model"u8, target.Model);
        foreach (var field in fields.All)
            WriteField(field, fields, body, request, dialect, writer);
        WriteLiftedFunctions(fields, body, writer);
        writer.WriteNumber(dialect.OutputCapField, request.MaxOutputTokens ?? target.OutputCap);
        if (request.Stream && dialect.AsksForUsage)
            writer.WriteRaw("stream_options"u8, """{"include_usage":true}"""u8);
        writer.WriteEndObject();
    }

    private static void WriteField(
        BodyField field, BodyFields fields, ReadOnlySpan<byte> body, ChatRequest request, OpenAiDialect dialect, Utf8JsonWriter writer)
    {
        var value = body[field.Value];
        switch (field.Field)
        {
            case RequestField.Model or RequestField.MaxTokens or RequestField.MaxCompletionTokens or RequestField.StreamOptions
                or RequestField.Functions or RequestField.FunctionCall:
                break;
            case RequestField.Messages when fields.MessagesNeedRewrite:
                writer.WritePropertyName("messages"u8);
                MessageRewriter.Write(value, dialect, writer);
                break;
            case RequestField.Messages or RequestField.Stream:
            case RequestField.Tools or RequestField.ToolChoice when HasTools(fields, body):
                WriteAsItStands(field, body, writer);
                break;
            case RequestField.Tools or RequestField.ToolChoice:
                break;
            default:
                if (dialect.Forwards(field.Field, value, request.Needs))
                    WriteAsItStands(field, body, writer);
                break;
        }
    }

    private static bool HasTools(BodyFields fields, ReadOnlySpan<byte> body) =>
        JsonBytes.HasContent(fields.ValueOf(RequestField.Tools, body));

    private static void WriteAsItStands(BodyField field, ReadOnlySpan<byte> body, Utf8JsonWriter writer)
    {
        var name = body[field.Name];
        if (name.Contains((byte)'\\'))
            writer.WritePropertyName(JsonBytes.Text(body[(field.Name.Start.Value - 1)..(field.Name.End.Value + 1)])!);
        else
            writer.WritePropertyName(name);
        writer.WriteRawValue(body[field.Value], skipInputValidation: true);
    }

    // The deprecated pair means the same as tools of type function (wire.md 1.1).
    private static void WriteLiftedFunctions(BodyFields fields, ReadOnlySpan<byte> body, Utf8JsonWriter writer)
    {
        var functions = fields.ValueOf(RequestField.Functions, body);
        if (!JsonBytes.HasContent(functions) || HasTools(fields, body))
            return;
        writer.WriteStartArray("tools"u8);
        var reader = new Utf8JsonReader(functions);
        for (reader.Read(); reader.Read() && reader.TokenType == JsonTokenType.StartObject;)
            WriteFunction(JsonBytes.TakeValue(ref reader, functions), writer);
        writer.WriteEndArray();
        WriteLiftedChoice(fields.ValueOf(RequestField.FunctionCall, body), writer);
    }

    private static void WriteLiftedChoice(ReadOnlySpan<byte> choice, Utf8JsonWriter writer)
    {
        if (choice.IsEmpty)
            return;
        writer.WritePropertyName("tool_choice"u8);
        if (JsonBytes.IsString(choice))
            writer.WriteRawValue(choice, skipInputValidation: true);
        else
            WriteFunction(choice, writer);
    }

    private static void WriteFunction(ReadOnlySpan<byte> function, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "function"u8);
        writer.WritePropertyName("function"u8);
        writer.WriteRawValue(function, skipInputValidation: true);
        writer.WriteEndObject();
    }
}
