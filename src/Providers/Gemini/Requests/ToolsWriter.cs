using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Gemini.Schemas;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes <c>tools</c> and, only with them, <c>toolConfig</c> (wire.md rules 28 to 30).</summary>
internal static class ToolsWriter
{
    /// <summary>Writes both. The older <c>functions</c> mean the same as tools, and count where there are none.</summary>
    public static void Write(BodySlices slices, ReadOnlySpan<byte> body, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        var tools = slices[RequestField.Tools].Of(body);
        if (JsonBytes.HasItems(tools))
        {
            if (WriteDeclarations(tools, isOlder: false, generation, writer))
                ToolChoiceWriter.Write(slices[RequestField.ToolChoice].Of(body), writer);
        }
        else if (WriteDeclarations(slices[RequestField.Functions].Of(body), isOlder: true, generation, writer))
        {
            ToolChoiceWriter.WriteOlder(slices[RequestField.FunctionCall].Of(body), writer);
        }
    }

    private static bool WriteDeclarations(ReadOnlySpan<byte> list, bool isOlder, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        if (!JsonBytes.HasItems(list))
            return false;
        var any = false;
        var reader = new Utf8JsonReader(list);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var item = JsonBytes.TakeValue(ref reader, list);
            if (!isOlder && !JsonBytes.Is(JsonBytes.Field(item, "type"u8), "function"u8))
                continue;
            if (!any)
                BeginList(writer);
            any = true;
            WriteDeclaration(isOlder ? item : JsonBytes.Field(item, "function"u8), generation, writer);
        }

        if (any)
            EndList(writer);
        return any;
    }

    private static void BeginList(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("tools"u8);
        writer.WriteStartObject();
        writer.WriteStartArray("functionDeclarations"u8);
    }

    private static void EndList(Utf8JsonWriter writer)
    {
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteDeclaration(ReadOnlySpan<byte> function, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteRaw("name"u8, JsonBytes.Field(function, "name"u8));
        var description = JsonBytes.Field(function, "description"u8);
        if (JsonBytes.HasText(description))
            writer.WriteRaw("description"u8, description);
        GeminiSchema.WriteParameters(JsonBytes.Field(function, "parameters"u8), generation, writer);
        writer.WriteEndObject();
    }
}
