using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Replay;

/// <summary>Where the pieces of one choice stand in a stream.</summary>
internal sealed class ChoicePieces
{
    private readonly List<Range>?[] _fields = new List<Range>?[MessageFieldExtensions.Count];

    /// <summary>The tool calls, in order.</summary>
    public List<CallPieces> Calls { get; } = [];

    /// <summary>Log probabilities, one object for each chunk that had some.</summary>
    public List<Range> LogProbs { get; } = [];

    /// <summary>The finish reason; the default as long as there is none.</summary>
    public Range Finish { get; private set; }

    /// <summary>The pieces of a field, or null.</summary>
    public List<Range>? this[MessageField field] => _fields[(int)field];

    /// <summary>The choice has a finish reason.</summary>
    public bool IsFinished => !Finish.Equals(default);

    /// <summary>Whatever is in its place, the answer has no text of its own: then OpenAI says null (wire.md 1.2).</summary>
    public bool HasNullContent =>
        this[MessageField.Content] is null
        && (Calls.Count > 0 || this[MessageField.Refusal] is not null || this[MessageField.FunctionCall] is not null
            || this[MessageField.Audio] is not null);

    /// <summary>Notes what a chunk has of this choice.</summary>
    /// <exception cref="JsonException">The choice was finished before, or a tool call is not numbered as it should be.</exception>
    public void Add(in ChoiceFields choice, ReadOnlySpan<byte> events)
    {
        if (IsFinished || choice.HasError)
            throw new JsonException("no chunk of this choice");
        var delta = MessageFields.Read(choice.Body);
        for (var field = (MessageField)0; (int)field < _fields.Length; field++)
        {
            if (JsonBytes.HasContent(field.Of(delta)))
                (_fields[(int)field] ??= []).Add(events.RangeOf(field.Of(delta)));
        }

        if (JsonBytes.HasItems(delta.ToolCalls))
            AddCalls(delta.ToolCalls, events);
        if (JsonBytes.IsSet(choice.LogProbs))
            LogProbs.Add(events.RangeOf(choice.LogProbs));
        if (FinishReasons.IsSet(choice.FinishReason))
            Finish = events.RangeOf(choice.FinishReason);
    }

    private void AddCalls(ReadOnlySpan<byte> json, ReadOnlySpan<byte> events)
    {
        var reader = AnswerReader.Start(json);
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var call = ToolCallFields.Read(ref reader, json);
            if (call.Index == Calls.Count && call.HasId && JsonBytes.IsString(call.Name))
                Calls.Add(new CallPieces(events.RangeOf(call.Id), events.RangeOf(call.Name)));
            if (call.Index < 0 || call.Index >= Calls.Count)
                throw new JsonException("a tool call that did not begin");
            Calls[call.Index].Add(call, events);
        }
    }
}

/// <summary>Where the pieces of one tool call stand in a stream.</summary>
/// <param name="id">Its id.</param>
/// <param name="name">The function's name.</param>
internal sealed class CallPieces(Range id, Range name)
{
    public Range Id { get; } = id;

    public Range Name { get; } = name;

    /// <summary>The pieces of its arguments, all strings.</summary>
    public List<Range> Arguments { get; } = [];

    /// <summary>What stands beside the function.</summary>
    public List<Range> Extra { get; } = [];

    /// <summary>Notes a piece of the call.</summary>
    public void Add(in ToolCallFields call, ReadOnlySpan<byte> events)
    {
        if (JsonBytes.IsString(call.Arguments))
            Arguments.Add(events.RangeOf(call.Arguments));
        if (JsonBytes.HasContent(call.ExtraContent))
            Extra.Add(events.RangeOf(call.ExtraContent));
    }
}
