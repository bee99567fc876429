using System.Text.Json;

namespace ThotNet.Providers.Chat;

/// <summary>
/// Reads the messages (wire.md 1.1). Nothing is allocated for a message that is right; the path of a field is made when it is wrong.
/// </summary>
internal static class MessageReader
{
    private enum Role
    {
        None,
        Developer,
        System,
        User,
        Assistant,
        Tool,
        Function,
    }

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
        return facts.Messages.Count > 0 || facts.Fail("'messages' must hold at least one message.", "messages");
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

    private static bool ReadOne(ref Utf8JsonReader reader, RequestFacts facts)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Fail(facts, "", "must be an object.");
        var shape = new Shape();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!facts.CountValue() || !ReadField(ref reader, ref shape, facts))
                return false;
        }

        return Check(shape, facts);
    }

    private static bool ReadField(ref Utf8JsonReader reader, ref Shape shape, RequestFacts facts)
    {
        if (reader.ValueTextEquals("role"u8))
            return ReadRole(ref reader, ref shape, facts);
        if (reader.ValueTextEquals("content"u8))
            return reader.Read() && ContentReader.Read(ref reader, facts, out shape.Content);
        if (reader.ValueTextEquals("tool_calls"u8))
            return reader.Read() && ToolCallReader.ReadAll(ref reader, facts, out shape.HasToolCalls);
        if (reader.ValueTextEquals("tool_call_id"u8))
            return ReadText(ref reader, ".tool_call_id", facts, out shape.HasToolCallId);
        if (reader.ValueTextEquals("name"u8))
            return ReadText(ref reader, ".name", facts, out shape.HasName);
        if (reader.ValueTextEquals("refusal"u8))
            return ReadText(ref reader, ".refusal", facts, out shape.HasRefusal);
        if (reader.ValueTextEquals("function_call"u8))
            return reader.Read() && ToolCallReader.ReadFunctionCall(ref reader, facts, out shape.HasFunctionCall);
        if (reader.ValueTextEquals("audio"u8))
            return ReadAudio(ref reader, ref shape, facts);
        return Values.SkipText(ref reader, facts);
    }

    private static bool ReadRole(ref Utf8JsonReader reader, ref Shape shape, RequestFacts facts)
    {
        reader.Read();
        shape.Role = reader.TokenType == JsonTokenType.String ? FindRole(ref reader) : Role.None;
        return shape.Role != Role.None
            || Fail(facts, ".role", "must be one of 'developer', 'system', 'user', 'assistant', 'tool', 'function'.");
    }

    private static Role FindRole(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("user"u8) ? Role.User
        : reader.ValueTextEquals("assistant"u8) ? Role.Assistant
        : reader.ValueTextEquals("system"u8) ? Role.System
        : reader.ValueTextEquals("tool"u8) ? Role.Tool
        : reader.ValueTextEquals("developer"u8) ? Role.Developer
        : reader.ValueTextEquals("function"u8) ? Role.Function
        : Role.None;

    private static bool ReadText(ref Utf8JsonReader reader, string field, RequestFacts facts, out bool present)
    {
        reader.Read();
        present = Values.HasText(ref reader);
        facts.Messages.TextBytes += reader.ValueSpan.Length;
        return reader.TokenType is JsonTokenType.String or JsonTokenType.Null || Fail(facts, field, "must be a string.");
    }

    private static bool ReadAudio(ref Utf8JsonReader reader, ref Shape shape, RequestFacts facts)
    {
        reader.Read();
        shape.HasAudio = reader.TokenType == JsonTokenType.StartObject;
        return Values.Skip(ref reader, facts);
    }

    private static bool Check(in Shape shape, RequestFacts facts) => shape.Role switch
    {
        Role.None => Fail(facts, ".role", "is required."),
        Role.User => CheckContent(shape, facts, ContentKinds.Media, "a user message"),
        Role.System or Role.Developer => CheckContent(shape, facts, ContentKinds.Text, "a system or developer message"),
        Role.Tool => (shape.HasToolCallId || Fail(facts, ".tool_call_id", "is required in a tool message."))
            && CheckContent(shape, facts, ContentKinds.Text, "a tool message"),
        Role.Function => (shape.HasName || Fail(facts, ".name", "is required in a function message."))
            && CheckContent(shape, facts, ContentKinds.Text | ContentKinds.Null, "a function message"),
        _ => CheckAssistant(shape, facts),
    };

    private static bool CheckAssistant(in Shape shape, RequestFacts facts)
    {
        var speaks = shape.HasToolCalls || shape.HasFunctionCall || shape.HasRefusal || shape.HasAudio;
        return (speaks && (shape.Content & ~ContentKinds.Null) == 0)
            || ((shape.Content & ~ContentKinds.Null) == 0
                ? Fail(facts, ".content", "is required in an assistant message without 'tool_calls'.")
                : CheckContent(shape, facts, ContentKinds.Text | ContentKinds.Refusal, "an assistant message"));
    }

    private static bool CheckContent(in Shape shape, RequestFacts facts, ContentKinds allowed, string where)
    {
        if (shape.Content == 0)
            return (allowed & ContentKinds.Null) != 0 || Fail(facts, ".content", $"is required in {where}.");
        return (shape.Content & ~allowed) == 0
            || Fail(facts, ".content", shape.Content == ContentKinds.Null
                ? $"must not be null in {where}."
                : $"holds a kind of part that is not allowed in {where}.");
    }

    private struct Shape
    {
        public Role Role;
        public ContentKinds Content;
        public bool HasToolCalls;
        public bool HasToolCallId;
        public bool HasName;
        public bool HasRefusal;
        public bool HasFunctionCall;
        public bool HasAudio;
    }
}
