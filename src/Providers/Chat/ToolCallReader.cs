using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>Reads the tool calls of an assistant's message (wire.md 1.1).</summary>
internal static class ToolCallReader
{
    /// <summary>Reads <c>tool_calls</c>.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="facts">Where ids and mistakes are noted.</param>
    /// <param name="any">There is a call.</param>
    /// <param name="custom">The first call of a custom tool.</param>
    public static bool ReadAll(ref Utf8JsonReader reader, RequestFacts facts, out bool any, out int? custom)
    {
        any = false;
        custom = null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return MessageReader.Fail(facts, ".tool_calls", "must be an array.");
        var ids = facts.Messages.GetCalls().Read;
        ids.Clear();
        for (var index = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; index++)
        {
            if (index == ChatRequestReader.MaxTools)
                return MessageReader.Fail(facts, ".tool_calls", $"may hold at most {ChatRequestReader.MaxTools} calls.");
            if (reader.TokenType != JsonTokenType.StartObject)
                return Fail(facts, index, "", "must be an object.");
            var call = default(Call);
            if (!ReadOne(ref reader, facts, index, ref call) || !Check(call, facts, index, ids))
                return false;
            any = true;
            custom ??= call.IsCustom ? index : null;
        }

        return true;
    }

    /// <summary>Reads the older <c>function_call</c> of a message.</summary>
    public static bool ReadFunctionCall(ref Utf8JsonReader reader, RequestFacts facts, out BodyText? name)
    {
        name = null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        return reader.TokenType == JsonTokenType.StartObject
            ? ReadFunction(ref reader, facts, null, out name)
            : MessageReader.Fail(facts, ".function_call", "must be an object.");
    }

    private static bool ReadOne(ref Utf8JsonReader reader, RequestFacts facts, int index, ref Call call)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue() || !ReadField(ref reader, facts, index, ref call))
                return false;
        }

        return true;
    }

    private static bool ReadField(ref Utf8JsonReader reader, RequestFacts facts, int index, ref Call call)
    {
        if (reader.ValueTextEquals("id"u8))
        {
            reader.Read();
            call.Id = Values.HasText(ref reader) ? BodyText.Of(ref reader) : null;
            return Values.Skip(ref reader, facts);
        }

        if (reader.ValueTextEquals("type"u8))
        {
            reader.Read();
            call.IsCustom = Values.Is(ref reader, "custom"u8);
            return call.IsCustom || Values.Is(ref reader, "function"u8) || Fail(facts, index, ".type", "must be 'function' or 'custom'.");
        }

        if (reader.ValueTextEquals("function"u8))
        {
            reader.Read();
            call.HasFunction = true;
            return reader.TokenType == JsonTokenType.StartObject
                ? ReadFunction(ref reader, facts, index, out _)
                : Fail(facts, index, ".function", "must be an object.");
        }

        if (!reader.ValueTextEquals("custom"u8))
            return MessageReader.SkipText(ref reader, facts);
        reader.Read();
        call.HasCustom = true;
        return reader.TokenType == JsonTokenType.StartObject
            ? ReadCustom(ref reader, facts, index)
            : Fail(facts, index, ".custom", "must be an object.");
    }

    private static bool Check(in Call call, RequestFacts facts, int index, BodyTexts ids)
    {
        if (call.Id is not { } id)
            return Fail(facts, index, ".id", "must be a non-empty string.");
        if (!ids.Add(id, facts.Body.Span))
            return Fail(facts, index, ".id", "is the id of another call in this message.");
        return call.IsCustom
            ? call.HasCustom || Fail(facts, index, ".custom", "is required.")
            : call.HasFunction || Fail(facts, index, ".function", "is required.");
    }

    private static bool ReadCustom(ref Utf8JsonReader reader, RequestFacts facts, int index)
    {
        var hasName = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue())
                return false;
            var isName = reader.ValueTextEquals("name"u8);
            var isInput = reader.ValueTextEquals("input"u8);
            if (!MessageReader.SkipText(ref reader, facts))
                return false;
            if (isName)
                hasName = Values.HasText(ref reader);
            if (isInput && reader.TokenType != JsonTokenType.String)
                return Fail(facts, index, ".custom.input", "must be a string.");
        }

        return hasName || Fail(facts, index, ".custom.name", "must be a non-empty string.");
    }

    // The call's index, or null for the older form.
    private static bool ReadFunction(ref Utf8JsonReader reader, RequestFacts facts, int? index, out BodyText? name)
    {
        name = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue())
                return false;
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                if (!Values.HasText(ref reader))
                    break;
                name = BodyText.Of(ref reader);
                facts.AddText(ref reader);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                facts.AddText(ref reader);
                if (reader.TokenType != JsonTokenType.String || !HoldsObject(ref reader, facts))
                    return FailFunction(facts, index, ".arguments", "must be a string that holds a JSON object, or an empty string.");
            }
            else if (!MessageReader.SkipText(ref reader, facts))
            {
                return false;
            }
        }

        return (name is not null && reader.TokenType == JsonTokenType.EndObject)
            || FailFunction(facts, index, ".name", "must be a non-empty string.");
    }

    private static bool HoldsObject(ref Utf8JsonReader reader, RequestFacts facts)
    {
        if (reader.ValueSpan.IsEmpty || reader.ValueSpan.SequenceEqual("{}"u8))
            return true;
        using var text = UnescapedText.Of(ref reader);
        return IsObject(text.Bytes, facts);
    }

    private static bool IsObject(ReadOnlySpan<byte> json, RequestFacts facts)
    {
        if (json.Trim(" \t\r\n"u8).IsEmpty)
            return true;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = BodyReader.MaxDepth });
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

    // What has been read of one call.
    private struct Call
    {
        public BodyText? Id;
        public bool IsCustom;
        public bool HasFunction;
        public bool HasCustom;
    }
}
