using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Providers.Streaming;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>
/// Rewrites one stream chunk by chunk into the order that OpenAI keeps (wire.md 1.3): role once, content, one finish chunk a choice, usage once
/// and only when asked for. Nothing is written for chunks that tell the caller nothing.
/// </summary>
internal sealed class ChunkTranslator : StreamTranslator
{
    private readonly OpenAiDialect _dialect;
    private readonly ChunkWriter _chunks;
    private readonly int _wanted;
    private readonly List<ChoiceState> _choices = new(1);

    /// <summary>Begins the translation of one stream.</summary>
    public ChunkTranslator(
        FailureReader failures, OpenAiDialect dialect, ChatRequest request, TargetDefinition target, DateTimeOffset now)
        : base(failures, now)
    {
        _dialect = dialect;
        _chunks = new ChunkWriter(request, target);
        _wanted = request.Choices;
    }

    /// <inheritdoc/>
    public override bool Finished => _choices.Count >= _wanted && _choices.TrueForAll(choice => choice.Finished);

    /// <inheritdoc/>
    public override bool HasWholeAnswer => Finished;

    /// <inheritdoc/>
    public override void Complete(IBufferWriter<byte> output)
    {
        Begin(default);
        _chunks.WriteEnd(Usage, output);
    }

    /// <inheritdoc/>
    protected override StreamEvent TranslateJson(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        if (data.SequenceEqual("[DONE]"u8))
            return StreamEvent.Done;
        var fields = AnswerFields.Read(data);
        Usage = UsageJson.Read(fields.Usage) ?? Usage;
        if (fields.HasError || HasChoiceError(fields.Choices))
            return Fail(data);
        if (!JsonBytes.HasItems(fields.Choices))
            return StreamEvent.None;
        Begin(fields);
        var content = false;
        var reader = new Utf8JsonReader(fields.Choices);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            content |= TranslateChoice(ChoiceFields.Read(ref reader, fields.Choices, "delta"u8), output);
        return content ? StreamEvent.Content : StreamEvent.None;
    }

    private static bool HasChoiceError(ReadOnlySpan<byte> choices)
    {
        if (!JsonBytes.HasItems(choices))
            return false;
        var reader = new Utf8JsonReader(choices);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            if (ChoiceFields.Read(ref reader, choices, "delta"u8).HasError)
                return true;
        }

        return false;
    }

    private bool TranslateChoice(in ChoiceFields choice, IBufferWriter<byte> output)
    {
        var state = StateOf(choice.Index);
        if (state.Finished)
            return false;
        var delta = MessageFields.Read(choice.Body);
        var hasContent = delta.HasContent;
        var ends = FinishReasons.IsSet(choice.FinishReason);
        if ((hasContent || ends) && !state.RoleSent)
            WriteRole(state, output);
        if (hasContent)
            WriteDelta(state, delta, choice.LogProbs, output);
        if (ends)
            WriteFinish(state, choice.FinishReason, hasContent ? default : choice.LogProbs, output);
        return hasContent;
    }

    private ChoiceState StateOf(int index)
    {
        foreach (var choice in _choices)
        {
            if (choice.Index == index)
                return choice;
        }

        var added = new ChoiceState(index);
        _choices.Add(added);
        return added;
    }

    private void WriteRole(ChoiceState state, IBufferWriter<byte> output)
    {
        state.RoleSent = true;
        _chunks.WriteRole(state.Index, output);
    }

    private void WriteDelta(ChoiceState state, in MessageFields delta, ReadOnlySpan<byte> logProbs, IBufferWriter<byte> output)
    {
        var writer = _chunks.BeginDelta(state.Index, output);
        if (JsonBytes.HasText(delta.Content))
            writer.WriteRaw("content"u8, delta.Content);
        if (JsonBytes.HasText(delta.Refusal))
            writer.WriteRaw("refusal"u8, delta.Refusal);
        if (JsonBytes.HasItems(delta.ToolCalls))
            WriteToolCalls(state, delta.ToolCalls, writer);
        delta.WriteExtras(writer);
        EndChunk(writer, default, logProbs, output);
    }

    private void WriteToolCalls(ChoiceState state, ReadOnlySpan<byte> calls, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("tool_calls"u8);
        var reader = new Utf8JsonReader(calls);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            WriteToolCall(state, ToolCallFields.Read(ref reader, calls), writer);
        writer.WriteEndArray();
    }

    private void WriteToolCall(ChoiceState state, in ToolCallFields call, Utf8JsonWriter writer)
    {
        var index = state.Calls.Place(call, out var isNew);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, index);
        if (isNew)
            call.WriteCall(writer, _chunks.Id!, state.Index, index);
        else
            call.WritePiece(writer);
        writer.WriteEndObject();
    }

    private void WriteFinish(ChoiceState state, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> logProbs, IBufferWriter<byte> output)
    {
        state.Finished = true;
        var writer = _chunks.BeginDelta(state.Index, output);
        EndChunk(writer, FinishReasons.Legal(reason, state.Calls.Count > 0, _dialect.StopsAfterToolCalls), logProbs, output);
    }

    private void EndChunk(Utf8JsonWriter writer, ReadOnlySpan<byte> reason, ReadOnlySpan<byte> logProbs, IBufferWriter<byte> output)
    {
        _chunks.EndDelta();
        if (JsonBytes.IsSet(logProbs))
            writer.WriteRaw("logprobs"u8, logProbs);
        _chunks.EndChunk(reason, output);
    }

    // Id and time of the first chunk hold for the whole stream.
    private void Begin(in AnswerFields fields)
    {
        if (_chunks.Id is not null)
            return;
        var id = JsonBytes.HasContent(fields.Id) ? JsonBytes.Text(fields.Id) : null;
        _chunks.Begin(id ?? AnswerIds.Make(), Timestamps.Seconds(fields.Created, Now));
    }

    private sealed class ChoiceState(int index)
    {
        public int Index { get; } = index;

        public ToolCallIndexes Calls { get; } = new();

        public bool RoleSent { get; set; }

        public bool Finished { get; set; }
    }
}
