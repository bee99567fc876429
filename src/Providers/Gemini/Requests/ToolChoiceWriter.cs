using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes <c>toolConfig</c> (wire.md rule 30).</summary>
internal static class ToolChoiceWriter
{
    /// <summary>Writes what <c>tool_choice</c> says; nothing if it says nothing.</summary>
    public static void Write(ReadOnlySpan<byte> choice, Utf8JsonWriter writer)
    {
        var type = Fields.Find(choice, "type"u8);
        if (!JsonBytes.IsObject(choice))
            WriteMode(choice, writer);
        else if (Word.Is(type, "allowed_tools"u8))
            WriteAllowed(Fields.Find(choice, "allowed_tools"u8), writer);
        else if (Word.Is(type, "function"u8))
            WriteNamed(Fields.Find(Fields.Find(choice, "function"u8), "name"u8), writer);
    }

    /// <summary>Writes what the older <c>function_call</c> says.</summary>
    public static void WriteOlder(ReadOnlySpan<byte> choice, Utf8JsonWriter writer)
    {
        if (JsonBytes.IsObject(choice))
            WriteNamed(Fields.Find(choice, "name"u8), writer);
        else
            WriteMode(choice, writer);
    }

    private static void WriteMode(ReadOnlySpan<byte> word, Utf8JsonWriter writer)
    {
        if (word.IsEmpty)
            return;
        Begin(Word.Is(word, "none"u8) ? "NONE"u8 : Word.Is(word, "required"u8) ? "ANY"u8 : "AUTO"u8, writer);
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
        var mustCall = Word.Is(Fields.Find(allowed, "mode"u8), "required"u8);
        var tools = Fields.Find(allowed, "tools"u8);
        var any = false;
        var reader = new Utf8JsonReader(JsonBytes.HasItems(tools) ? tools : "[]"u8);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var name = Fields.Find(Fields.Find(JsonBytes.TakeValue(ref reader, tools), "function"u8), "name"u8);
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
