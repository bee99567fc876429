using System.Buffers;
using System.Text.Json;

namespace ThotNet.Providers.Chat;

/// <summary>Reads the tool calls of an assistant's message (wire.md 1.1).</summary>
internal static class ToolCallReader
{
    /// <summary>Reads <c>tool_calls</c>.</summary>
    public static bool ReadAll(ref Utf8JsonReader reader, RequestFacts facts, out bool any)
    {
        any = false;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return MessageReader.Fail(facts, ".tool_calls", "must be an array.");
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == ChatRequestReader.MaxTools)
                return MessageReader.Fail(facts, ".tool_calls", $"may hold at most {ChatRequestReader.MaxTools} calls.");
            if (reader.TokenType != JsonTokenType.StartObject)
                return Fail(facts, index, "", "must be an object.");
            if (!ReadOne(ref reader, facts, index))
                return false;
            any = true;
        }

        return true;
    }

    /// <summary>Reads the older <c>function_call</c> of a message.</summary>
    public static bool ReadFunctionCall(ref Utf8JsonReader reader, RequestFacts facts, out bool present)
    {
        present = reader.TokenType != JsonTokenType.Null;
        if (!present)
            return true;
        return reader.TokenType == JsonTokenType.StartObject
            ? ReadFunction(ref reader, facts, null)
            : MessageReader.Fail(facts, ".function_call", "must be an object.");
    }

    private static bool ReadOne(ref Utf8JsonReader reader, RequestFacts facts, int index)
    {
        bool hasId = false, hasFunction = false, isCustom = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue())
                return false;
            if (reader.ValueTextEquals("id"u8))
            {
                reader.Read();
                hasId = Values.HasText(ref reader);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                isCustom = Values.Is(ref reader, "custom"u8);
                if (!isCustom && !Values.Is(ref reader, "function"u8))
                    return Fail(facts, index, ".type", "must be 'function' or 'custom'.");
            }
            else if (reader.ValueTextEquals("function"u8))
            {
                reader.Read();
                hasFunction = true;
                if (reader.TokenType != JsonTokenType.StartObject)
                    return Fail(facts, index, ".function", "must be an object.");
                if (!ReadFunction(ref reader, facts, index))
                    return false;
            }
            else if (!Values.SkipText(ref reader, facts))
            {
                return false;
            }
        }

        return (hasId || Fail(facts, index, ".id", "must be a non-empty string."))
            && (hasFunction || isCustom || Fail(facts, index, ".function", "is required."));
    }

    // The call's index, or null for the older form.
    private static bool ReadFunction(ref Utf8JsonReader reader, RequestFacts facts, int? index)
    {
        var hasName = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue())
                return false;
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                hasName = Values.HasText(ref reader);
                facts.Messages.TextBytes += reader.ValueSpan.Length;
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                facts.Messages.TextBytes += reader.ValueSpan.Length;
                if (reader.TokenType != JsonTokenType.String || !HoldsObject(ref reader, facts))
                    return FailFunction(facts, index, ".arguments", "must be a string that holds a JSON object, or an empty string.");
            }
            else if (!Values.SkipText(ref reader, facts))
            {
                return false;
            }
        }

        return hasName || FailFunction(facts, index, ".name", "must be a non-empty string.");
    }

    private static bool HoldsObject(ref Utf8JsonReader reader, RequestFacts facts)
    {
        var length = reader.ValueSpan.Length;
        if (length == 0 || reader.ValueSpan.SequenceEqual("{}"u8))
            return true;
        var text = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            return IsObject(text.AsSpan(0, reader.CopyString(text)), facts);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static bool IsObject(ReadOnlySpan<byte> json, RequestFacts facts)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            return true;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ChatRequestReader.MaxDepth });
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                return false;

            // The read throws when something follows the object.
            return Values.Skip(ref reader, facts) && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Fail(RequestFacts facts, int index, string field, string problem) =>
        MessageReader.Fail(facts, $".tool_calls[{index}]{field}", problem);

    private static bool FailFunction(RequestFacts facts, int? index, string field, string problem) =>
        MessageReader.Fail(facts, (index is null ? ".function_call" : $".tool_calls[{index}].function") + field, problem);
}
