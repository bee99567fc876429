using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>
/// Which calls the messages so far leave to be answered. Every call of an assistant's message must be answered, once, by the tool messages that
/// follow at once (OpenAI's rule; providers refuse anything else).
/// </summary>
internal sealed class CallLedger
{
    private readonly bool[] _answered = new bool[ChatRequestReader.MaxTools];
    private BodyTexts _open = new();
    private int _unanswered;
    private int _asking;
    private BodyText? _function;

    /// <summary>Ids of the calls in the message being read.</summary>
    public BodyTexts Read { get; private set; } = new();

    /// <summary>A message that answers no call: what was asked before it must have been answered.</summary>
    public bool Close(RequestFacts facts)
    {
        _open.Clear();
        _function = null;
        if (_unanswered == 0)
            return true;
        var param = $"messages[{_asking}].tool_calls";
        var missing = Array.IndexOf(_answered, false);
        return facts.Fail($"'{param}' must be followed by a tool message for each call; there is none for 'tool_calls[{missing}]'.", param);
    }

    /// <summary>The assistant's message that has been read asks for its calls.</summary>
    public void Open(int message)
    {
        (_open, Read) = (Read, _open);
        Array.Clear(_answered);
        _unanswered = _open.Count;
        _asking = message;
    }

    /// <summary>The assistant's message that has been read asks for a function in the older form.</summary>
    public void OpenFunction(BodyText name) => _function = name;

    /// <summary>A tool message answers a call.</summary>
    public bool Answer(BodyText id, RequestFacts facts)
    {
        const string Field = ".tool_call_id";
        _function = null;
        var call = _open.IndexOf(id, facts.Body.Span);
        if (call < 0)
            return MessageReader.Fail(facts, Field, "must be the id of a tool call in the assistant message before it.");
        if (_answered[call])
            return MessageReader.Fail(facts, Field, "answers a tool call that another message has answered.");
        _answered[call] = true;
        _unanswered--;
        return true;
    }

    /// <summary>A function message answers the older form of a call.</summary>
    public bool AnswerFunction(BodyText name, RequestFacts facts)
    {
        var called = _function;
        return Close(facts)
            && (called?.Is(name, facts.Body.Span) == true
                || MessageReader.Fail(facts, ".name", "must be the name in the 'function_call' of the assistant message before it."));
    }
}
