using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes <c>toolConfig</c> (wire.md rule 30).</summary>
internal static class ToolChoiceWriter
{
    /// <summary>Writes what <c>tool_choice</c> says; nothing if it says nothing.</summary>
    public static void Write(ReadOnlySpan<byte> choice, Utf8JsonWriter writer)
    {
        var type = JsonBytes.Field(choice, "type"u8);
        if (!JsonBytes.IsObject(choice))
            WriteMode(choice, writer);
        else if (JsonBytes.Is(type, "allowed_tools"u8))
            WriteAllowed(JsonBytes.Field(choice, "allowed_tools"u8), writer);
        else if (JsonBytes.Is(type, "function"u8))
            WriteNamed(JsonBytes.Field(JsonBytes.Field(choice, "function"u8), "name"u8), writer);
    }

    /// <summary>Writes what the older <c>function_call</c> says.</summary>
    public static void WriteOlder(ReadOnlySpan<byte> choice, Utf8JsonWriter writer)
    {
        if (JsonBytes.IsObject(choice))
            WriteNamed(JsonBytes.Field(choice, "name"u8), writer);
        else
            WriteMode(choice, writer);
    }

    private static void WriteMode(ReadOnlySpan<byte> word, Utf8JsonWriter writer)
    {
        if (word.IsEmpty)
            return;
        Begin(JsonBytes.Is(word, "none"u8) ? "NONE"u8 : JsonBytes.Is(word, "required"u8) ? "ANY"u8 : "AUTO"u8, writer);
        End(writer);
    }

    private static void WriteNamed(ReadOnlySpan<byte> name, Utf8JsonWriter writer)
    {
        Begin("ANY"u8, writer);
        writer.WriteStartArray("allowedFunctionNames"u8);
        writer.WriteRaw(name);
        writer.WriteEndArray();
        End(writer);
    }

    private static void WriteAllowed(ReadOnlySpan<byte> allowed, Utf8JsonWriter writer)
    {
        var mustCall = JsonBytes.Is(JsonBytes.Field(allowed, "mode"u8), "required"u8);
        var tools = JsonBytes.Field(allowed, "tools"u8);
        var any = false;
        var reader = new Utf8JsonReader(JsonBytes.HasItems(tools) ? tools : "[]"u8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var name = JsonBytes.Field(JsonBytes.Field(JsonBytes.TakeValue(ref reader, tools), "function"u8), "name"u8);
            if (!JsonBytes.HasText(name))
                continue;
            if (!any)
            {
                // AUTO takes no names; VALIDATED leaves the model the same choice and takes them.
                Begin(mustCall ? "ANY"u8 : "VALIDATED"u8, writer);
                writer.WriteStartArray("allowedFunctionNames"u8);
            }

            any = true;
            writer.WriteRaw(name);
        }

        if (any)
            writer.WriteEndArray();
        else
            Begin("NONE"u8, writer);
        End(writer);
    }

    private static void Begin(ReadOnlySpan<byte> mode, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("toolConfig"u8);
        writer.WriteStartObject("functionCallingConfig"u8);
        writer.WriteString("mode"u8, mode);
    }

    private static void End(Utf8JsonWriter writer)
    {
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
