using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>
/// Writes the messages as <c>contents</c> (wire.md rules 4 to 20). After a model's turn with calls comes one user turn with nothing but their
/// results, in the order of the calls. What the user says besides is a turn of its own after it: merged, it would change the number of
/// parts that Google counts against the calls (rule 17), and two user turns in a row do no harm there.
/// </summary>
internal ref struct ContentsWriter
{
    private readonly WriteContext _context;
    private readonly ReadOnlySpan<MessageSlices> _messages;
    private readonly Utf8JsonWriter _writer;
    private readonly TurnWriter _turns;

    // The calls of the model's turn being written, whose results are still to come.
    private ArrayPoolBufferWriter<CallSlices>? _calls;

    // The message after the one being written.
    private int _next;

    private ContentsWriter(in WriteContext context, ReadOnlySpan<MessageSlices> messages, Utf8JsonWriter writer)
    {
        _context = context;
        _messages = messages;
        _writer = writer;
        _turns = new TurnWriter(writer);
    }

    /// <summary>Writes the array.</summary>
    public static void Write(in WriteContext context, ReadOnlySpan<MessageSlices> messages, Utf8JsonWriter writer)
    {
        var contents = new ContentsWriter(context, messages, writer);
        writer.WriteStartArray("contents"u8);
        try
        {
            contents.WriteAll();
        }
        finally
        {
            contents._calls?.Dispose();
        }

        writer.WriteEndArray();
    }

    private void WriteAll()
    {
        foreach (ref readonly var message in _messages)
        {
            _next++;
            if (message.Role == Role.User)
                WriteUser(message);
            else if (message.Role == Role.Assistant)
                WriteAssistant(message);
            else if (message.IsResult && _turns.Open == Turn.Model)
                Close();
        }

        Close();
        if (_turns.Last == Turn.None)
            SystemWriter.WriteAsUser(_context.Body, _messages, _turns);
        else if (_turns.Last == Turn.Model && !_context.Generation.MayEndWithModel)
            _turns.WriteBlank(Turn.User);
    }

    private void WriteUser(in MessageSlices message)
    {
        Begin(Turn.User);
        var parts = new ContentParts(message.Content.Of(_context.Body));
        while (parts.MoveNext())
        {
            if (parts.Kind == PartKind.Text)
            {
                _turns.WriteText(parts.Data);
                continue;
            }

            _turns.BeginPart();
            MediaWriter.Write(parts.Kind, parts.Data, _writer);
            _writer.WriteEndObject();
        }
    }

    private void WriteAssistant(in MessageSlices message)
    {
        if (_turns.Last == Turn.None && (!_context.Generation.MayBeginWithModel || BeginsWithCalls()))
            _turns.WriteBlank(Turn.User);
        Begin(Turn.Model);
        var parts = new ContentParts(message.Content.Of(_context.Body));
        while (parts.MoveNext())
            _turns.WriteText(parts.Data);
        _turns.WriteText(message.Refusal.Of(_context.Body));
        WriteCalls(message);
    }

    // No generation takes a call that nothing came before.
    private readonly bool BeginsWithCalls()
    {
        foreach (ref readonly var message in _messages[(_next - 1)..])
        {
            if (message.Role is not (Role.Assistant or Role.System))
                break;
            if (message.ToolCalls.IsSet || message.FunctionCall.IsSet)
                return true;
        }

        return false;
    }

    private void WriteCalls(in MessageSlices message)
    {
        var calls = message.ToolCalls.Of(_context.Body);
        if (JsonBytes.HasItems(calls))
        {
            var reader = new Utf8JsonReader(calls);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                WriteCall(CallSlices.Read(ref reader, _context.Body, message.ToolCalls.Start));
        }

        if (message.FunctionCall.IsSet)
            WriteCall(CallSlices.ReadOlder(message.FunctionCall, _context.Body));
    }

    private void WriteCall(in CallSlices call)
    {
        _calls ??= new ArrayPoolBufferWriter<CallSlices>(8);
        _turns.BeginPart();
        CallWriter.Write(call, _context.Body, _context.Generation, _writer);
        CallWriter.WriteSignature(call, _calls.WrittenCount == 0, _context, _writer);
        _writer.WriteEndObject();
        _calls.GetSpan(1)[0] = call;
        _calls.Advance(1);
    }

    private void Begin(Turn turn)
    {
        if (_turns.Open != turn)
            Close();
        _turns.Begin(turn);
    }

    private readonly void Close()
    {
        _turns.Close();
        if (_calls is not { WrittenCount: > 0 })
            return;
        _turns.Begin(Turn.User);
        for (var i = 0; i < _calls.WrittenCount; i++)
            ResultWriter.Write(_calls.WrittenSpan[i], FindResult(i), _context, _writer);
        _turns.End();
        _calls.Clear();
    }

    // The results follow at once, in any order. An older function call may have none; it is answered with nothing then, to keep the counts equal.
    private readonly ReadOnlySpan<byte> FindResult(int call)
    {
        foreach (ref readonly var message in _messages[(_next - 1)..])
        {
            if (!message.IsResult)
                break;
            if (Answers(message, call))
                return message.Content.Of(_context.Body);
        }

        return default;
    }

    // The result of an older call answers the message just before it.
    private readonly bool Answers(in MessageSlices message, int call)
    {
        ref readonly var asked = ref _calls!.WrittenSpan[call];
        return asked.HasId
            ? message.Role == Role.Tool && message.ToolCallId.Is(asked.Id, _context.Body)
            : message.Role == Role.Function && call == _calls.WrittenCount - 1;
    }
}
