using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>
/// Reads the messages (wire.md 1.1). Nothing is allocated for a message that is right; the path of a field is made when it is wrong.
/// </summary>
internal static class MessageReader
{
    /// <summary>Reads the array of messages.</summary>
    public static bool ReadAll(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.Messages = new MessageFacts();
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail("'messages' must be an array of messages.", "messages");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (facts.Messages.Count == ChatRequestReader.MaxMessages)
                return facts.Fail($"'messages' may hold at most {ChatRequestReader.MaxMessages} messages.", "messages");
            if (!ReadOne(ref reader, facts))
                return false;
            facts.Messages.Count++;
        }

        facts.Messages.Seen = true;
        if (facts.Messages.Count == 0)
            return facts.Fail("'messages' must hold at least one message.", "messages");
        return facts.Messages.Calls?.Close(facts) != false;
    }

    /// <summary>Says what is wrong with a field of the message being read.</summary>
    /// <param name="facts">Where the mistake is noted.</param>
    /// <param name="field">The field within the message, with its dot; empty for the message itself.</param>
    /// <param name="problem">What is wrong, in words that follow the field's name.</param>
    public static bool Fail(RequestFacts facts, string field, string problem)
    {
        var param = $"messages[{facts.Messages.Count}]{field}";
        return facts.Fail($"'{param}' {problem}", param);
    }

    /// <summary>The value of a field that the gateway does not know but the model may read, such as reasoning sent back: it counts as text.</summary>
    public static bool SkipText(ref Utf8JsonReader reader, RequestFacts facts)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        if (!Values.Skip(ref reader, facts))
            return false;
        facts.Texts.AddJson(facts.Body.Span[start..(int)reader.BytesConsumed], ref facts.Messages.Text);
        return true;
    }

    private static bool ReadOne(ref Utf8JsonReader reader, RequestFacts facts)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Fail(facts, "", "must be an object.");
        var shape = new MessageShape { MediaBefore = facts.Messages.Media };
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue() || !ReadField(ref reader, ref shape, facts))
                return false;
        }

        return MessageRules.Check(shape, facts);
    }

    private static bool ReadField(ref Utf8JsonReader reader, ref MessageShape shape, RequestFacts facts)
    {
        if (reader.ValueTextEquals("role"u8))
            return ReadRole(ref reader, ref shape, facts);
        if (reader.ValueTextEquals("content"u8))
            return ReadContent(ref reader, ref shape, facts);
        if (reader.ValueTextEquals("tool_calls"u8))
            return reader.Read() && ToolCallReader.ReadAll(ref reader, facts, out shape.HasToolCalls, out shape.CustomCall);
        if (reader.ValueTextEquals("tool_call_id"u8))
            return ReadText(ref reader, ".tool_call_id", facts, out shape.ToolCallId);
        if (reader.ValueTextEquals("name"u8))
            return ReadText(ref reader, ".name", facts, out shape.Name);
        if (reader.ValueTextEquals("refusal"u8))
            return ReadText(ref reader, ".refusal", facts, out shape.Refusal);
        if (reader.ValueTextEquals("function_call"u8))
            return reader.Read() && ToolCallReader.ReadFunctionCall(ref reader, facts, out shape.FunctionCall);
        if (reader.ValueTextEquals("audio"u8))
            return ReadAudio(ref reader, ref shape, facts);
        return SkipText(ref reader, facts);
    }

    private static bool ReadRole(ref Utf8JsonReader reader, ref MessageShape shape, RequestFacts facts)
    {
        reader.Read();
        shape.Role = reader.TokenType == JsonTokenType.String ? FindRole(ref reader) : MessageRole.None;
        return shape.Role != MessageRole.None
            || Fail(facts, ".role", "must be one of 'developer', 'system', 'user', 'assistant', 'tool', 'function'.");
    }

    private static MessageRole FindRole(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("user"u8) ? MessageRole.User
        : reader.ValueTextEquals("assistant"u8) ? MessageRole.Assistant
        : reader.ValueTextEquals("system"u8) ? MessageRole.System
        : reader.ValueTextEquals("tool"u8) ? MessageRole.Tool
        : reader.ValueTextEquals("developer"u8) ? MessageRole.Developer
        : reader.ValueTextEquals("function"u8) ? MessageRole.Function
        : MessageRole.None;

    // Content that is given twice replaces what it said before.
    private static bool ReadContent(ref Utf8JsonReader reader, ref MessageShape shape, RequestFacts facts)
    {
        facts.Messages.Media = shape.MediaBefore;
        return reader.Read() && ContentReader.Read(ref reader, facts, out shape.Content);
    }

    private static bool ReadText(ref Utf8JsonReader reader, string field, RequestFacts facts, out BodyText? text)
    {
        reader.Read();
        text = Values.HasText(ref reader) ? BodyText.Of(ref reader) : null;
        if (reader.TokenType == JsonTokenType.String)
            facts.AddText(ref reader);
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null || Fail(facts, field, "must be a string.");
    }

    private static bool ReadAudio(ref Utf8JsonReader reader, ref MessageShape shape, RequestFacts facts)
    {
        reader.Read();
        shape.HasAudio = reader.TokenType == JsonTokenType.StartObject;
        return Values.Skip(ref reader, facts);
    }
}
