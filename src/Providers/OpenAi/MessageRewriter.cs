using System.Globalization;
using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>
/// Rewrites messages that the provider would refuse: fields that it does not know are left out (wire.md 3.4), <c>developer</c> becomes
/// <c>system</c>, and the older <c>function_call</c> and role <c>function</c> become tool calls and their results (wire.md 1.1).
/// </summary>
internal static class MessageRewriter
{
    /// <summary>Looks through the messages that the reader stands on, to their end.</summary>
    public static bool IsNeeded(ref Utf8JsonReader reader, OpenAiDialect dialect)
    {
        var needed = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                needed |= IsFieldRewritten(ref reader, dialect);
        }

        return needed;
    }

    /// <summary>Writes the messages as the provider wants them.</summary>
    public static void Write(ReadOnlySpan<byte> messages, OpenAiDialect dialect, Utf8JsonWriter writer)
    {
        var reader = new Utf8JsonReader(messages);
        reader.Read();
        writer.WriteStartArray();
        for (var calls = 0; reader.Read() && reader.TokenType == JsonTokenType.StartObject;)
        {
            writer.WriteStartObject();
            WriteMessage(ref reader, messages, dialect, writer, ref calls);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static bool IsFieldRewritten(ref Utf8JsonReader reader, OpenAiDialect dialect)
    {
        var isRole = reader.ValueTextEquals("role"u8);
        var isCall = reader.ValueTextEquals("function_call"u8);
        var forwarded = dialect.ForwardsInMessage(ref reader);
        reader.Read();
        var rewritten = !forwarded
            || (isCall && reader.TokenType != JsonTokenType.Null)
            || (isRole && (reader.ValueTextEquals("function"u8) || (!dialect.KnowsDeveloper && reader.ValueTextEquals("developer"u8))));
        reader.Skip();
        return rewritten;
    }

    private static void WriteMessage(
        ref Utf8JsonReader reader, ReadOnlySpan<byte> messages, OpenAiDialect dialect, Utf8JsonWriter writer, ref int calls)
    {
        var isResult = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
            {
                isResult = WriteRole(ref reader, messages, dialect, writer);
            }
            else if (reader.ValueTextEquals("function_call"u8))
            {
                var call = JsonBytes.TakeProperty(ref reader, messages);
                if (JsonBytes.IsSet(call))
                    WriteCall(call, writer, ++calls);
            }
            else if (dialect.ForwardsInMessage(ref reader))
            {
                WriteField(ref reader, messages, writer);
            }
            else
            {
                JsonBytes.TakeProperty(ref reader, messages);
            }
        }

        // The result of an older function call answers the call before it; it has no id of its own.
        if (isResult)
            writer.WriteString("tool_call_id"u8, IdOf(calls));
    }

    private static bool WriteRole(ref Utf8JsonReader reader, ReadOnlySpan<byte> messages, OpenAiDialect dialect, Utf8JsonWriter writer)
    {
        reader.Read();
        var isFunction = reader.ValueTextEquals("function"u8);
        if (isFunction)
            writer.WriteString("role"u8, "tool"u8);
        else if (!dialect.KnowsDeveloper && reader.ValueTextEquals("developer"u8))
            writer.WriteString("role"u8, "system"u8);
        else
            writer.WriteRaw("role"u8, JsonBytes.TakeValue(ref reader, messages));
        return isFunction;
    }

    private static void WriteField(ref Utf8JsonReader reader, ReadOnlySpan<byte> messages, Utf8JsonWriter writer)
    {
        if (reader.ValueIsEscaped)
            writer.WritePropertyName(reader.GetString()!);
        else
            writer.WritePropertyName(reader.ValueSpan);
        writer.WriteRaw(JsonBytes.TakeProperty(ref reader, messages));
    }

    private static void WriteCall(ReadOnlySpan<byte> call, Utf8JsonWriter writer, int number)
    {
        writer.WriteStartArray("tool_calls"u8);
        writer.WriteStartObject();
        writer.WriteString("id"u8, IdOf(number));
        writer.WriteString("type"u8, "function"u8);
        writer.WriteRaw("function"u8, call);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static string IdOf(int number) => string.Create(CultureInfo.InvariantCulture, $"call_{number}");
}
