using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

internal enum MessageRole
{
    None,
    Developer,
    System,
    User,
    Assistant,
    Tool,
    Function,
}

/// <summary>What has been read of one message. Its role may come last, so it is judged as a whole.</summary>
internal struct MessageShape
{
    public MessageRole Role;
    public ContentKinds Content;
    public bool HasToolCalls;

    /// <summary>The first call of a custom tool.</summary>
    public int? CustomCall;
    public BodyText? ToolCallId;
    public BodyText? Name;
    public BodyText? Refusal;

    /// <summary>The name in the older <c>function_call</c>.</summary>
    public BodyText? FunctionCall;
    public bool HasAudio;

    /// <summary>Images, audio and files of the messages before.</summary>
    public MediaFacts MediaBefore;
}

/// <summary>What each role must and may have, and which message may follow which (wire.md 1.1).</summary>
internal static class MessageRules
{
    /// <summary>Judges a message and takes it into account for those that follow.</summary>
    public static bool Check(in MessageShape shape, RequestFacts facts) => CheckAlone(shape, facts) && CheckOrder(shape, facts);

    private static bool CheckAlone(in MessageShape shape, RequestFacts facts) => shape.Role switch
    {
        MessageRole.None => MessageReader.Fail(facts, ".role", "is required."),
        MessageRole.Assistant => CheckAssistant(shape, facts),
        MessageRole.User => CheckNoCalls(shape, facts) && CheckContent(shape, facts, ContentKinds.Media, "a user message"),
        MessageRole.Tool => CheckNoCalls(shape, facts)
            && (shape.ToolCallId is not null || MessageReader.Fail(facts, ".tool_call_id", "is required in a tool message."))
            && CheckContent(shape, facts, ContentKinds.Text, "a tool message"),
        MessageRole.Function => CheckNoCalls(shape, facts)
            && (shape.Name is not null || MessageReader.Fail(facts, ".name", "is required in a function message."))
            && CheckContent(shape, facts, ContentKinds.Text | ContentKinds.Null, "a function message"),
        _ => CheckNoCalls(shape, facts) && CheckContent(shape, facts, ContentKinds.Text, "a system or developer message"),
    };

    private static bool CheckNoCalls(in MessageShape shape, RequestFacts facts)
    {
        if (shape.HasToolCalls)
            return MessageReader.Fail(facts, ".tool_calls", "is only allowed in an assistant message.");
        return shape.FunctionCall is null || MessageReader.Fail(facts, ".function_call", "is only allowed in an assistant message.");
    }

    private static bool CheckAssistant(in MessageShape shape, RequestFacts facts)
    {
        if (shape.HasToolCalls && shape.FunctionCall is not null)
            return MessageReader.Fail(facts, ".function_call", "is not allowed beside 'tool_calls'.");
        var speaks = shape.HasToolCalls || shape.FunctionCall is not null || shape.Refusal is not null || shape.HasAudio;
        return (speaks && (shape.Content & ~ContentKinds.Null) == 0)
            || ((shape.Content & ~ContentKinds.Null) == 0
                ? MessageReader.Fail(facts, ".content", "is required in an assistant message without 'tool_calls'.")
                : CheckContent(shape, facts, ContentKinds.Text | ContentKinds.Refusal, "an assistant message"));
    }

    private static bool CheckContent(in MessageShape shape, RequestFacts facts, ContentKinds allowed, string where)
    {
        if (shape.Content == 0)
            return (allowed & ContentKinds.Null) != 0 || MessageReader.Fail(facts, ".content", $"is required in {where}.");
        return (shape.Content & ~allowed) == 0
            || MessageReader.Fail(facts, ".content", shape.Content == ContentKinds.Null
                ? $"must not be null in {where}."
                : $"holds a kind of part that is not allowed in {where}.");
    }

    private static bool CheckOrder(in MessageShape shape, RequestFacts facts)
    {
        var messages = facts.Messages;
        if (shape.Role == MessageRole.Tool)
            return messages.GetCalls().Answer(shape.ToolCallId!.Value, facts);
        if (shape.Role == MessageRole.Function)
            return messages.GetCalls().AnswerFunction(shape.Name!.Value, facts);
        if (messages.Calls?.Close(facts) == false)
            return false;
        if (shape.HasToolCalls)
            messages.GetCalls().Open(messages.Count);
        if (shape.FunctionCall is { } function)
            messages.GetCalls().OpenFunction(function);
        if (shape.CustomCall is { } call)
            messages.FirstCustomCall ??= new Place(messages.Count, call);
        return true;
    }
}
