using System.Buffers;
using System.Text;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;
using ThotNet.Providers.Streaming;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>
/// Rewrites one stream into OpenAI's chunks (wire.md 4.4 and rule 52). There is no end marker, and some models give a finish reason with every
/// event: the last one counts, so finish chunks are written when the stream is over.
/// </summary>
internal sealed class GeminiChunkTranslator(
    FailureReader failures, ThoughtMemory memory, ChatRequest request, TargetDefinition target, DateTimeOffset now) : StreamTranslator(failures, now)
{
    private readonly ChunkWriter _chunks = new(request, target);
    private readonly List<ChoiceState> _choices = new(1);
    private ContentWriter? _content;
    private bool _hasContent;
    private bool _isBlocked;

    /// <inheritdoc/>
    public override bool Finished =>
        _isBlocked || (_choices.Count >= request.Choices && _choices.TrueForAll(choice => choice.Finish != FinishKind.None));

    /// <inheritdoc/>
    /// <remarks>Some models name a finish reason in every event, so that only the stream's proper end says that nothing follows.</remarks>
    public override bool HasWholeAnswer => false;

    /// <inheritdoc/>
    public override void Complete(IBufferWriter<byte> output)
    {
        Begin(default);
        foreach (var choice in _choices.Where(choice => choice.Finish != FinishKind.None))
            WriteFinish(choice, output);
        _chunks.WriteEnd(Usage, output);
    }

    /// <inheritdoc/>
    protected override StreamEvent TranslateJson(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        var fields = ResponseFields.Read(data);
        Usage = UsageMetadata.Read(fields.Usage) ?? Usage;
        if (fields.HasError)
            return Fail(data);
        if (_isBlocked)
            return StreamEvent.None;
        var kinds = FindKinds(fields.Candidates, out var spoilt);
        if (spoilt is not null && kinds == PartKinds.None && !_hasContent)
            return Fail(FailureReader.Unusable(spoilt));
        Begin(fields);
        if (fields.IsBlocked)
            return Refuse(output);
        var reader = new CandidateReader(fields.Candidates);
        while (reader.Read(out var candidate))
            TranslateCandidate(candidate, output);
        _hasContent |= kinds != PartKinds.None;
        return kinds == PartKinds.None ? StreamEvent.None : StreamEvent.Content;
    }

    private static PartKinds FindKinds(ReadOnlySpan<byte> candidates, out string? spoilt)
    {
        spoilt = null;
        var kinds = PartKinds.None;
        var reader = new CandidateReader(candidates);
        while (reader.Read(out var candidate))
        {
            kinds |= PartReader.Find(candidate.Parts);
            if (FinishKinds.Read(candidate.FinishReason) == FinishKind.Unusable)
                spoilt = Encoding.ASCII.GetString(candidate.FinishReason[1..^1]);
        }

        return kinds;
    }

    // Id and time of the first event hold for the whole stream.
    private void Begin(in ResponseFields fields)
    {
        if (_content is not null)
            return;
        var id = fields.MakeId();
        _chunks.Begin(id, Now.ToUnixTimeSeconds());
        _content = new ContentWriter(memory, request.Caller, id);
    }

    private void TranslateCandidate(in CandidateFields candidate, IBufferWriter<byte> output)
    {
        var state = StateOf(candidate.Index);
        var kinds = PartReader.Find(candidate.Parts);
        if (kinds != PartKinds.None)
            WriteDelta(state, candidate, kinds, output);
        if (FinishKinds.Read(candidate.FinishReason) is var finish && finish != FinishKind.None)
            state.Finish = finish;
    }

    private void WriteDelta(ChoiceState state, in CandidateFields candidate, PartKinds kinds, IBufferWriter<byte> output)
    {
        WriteRole(state, output);
        var writer = _chunks.BeginDelta(state.Index, output);
        ContentWriter.WriteTexts(writer, candidate.Parts, kinds);
        if (kinds.Has(PartKinds.Calls))
            state.Calls += _content!.WriteCalls(writer, candidate.Parts, state.Index, state.Calls, isDelta: true);
        if (kinds.Has(PartKinds.Images))
            ContentWriter.WriteImages(writer, candidate.Parts);
        _chunks.EndDelta();
        if (JsonBytes.IsObject(candidate.LogProbs))
            LogProbsWriter.Write(writer, candidate.LogProbs);
        _chunks.EndChunk(default, output);
    }

    // A prompt may also be found to be blocked when its answer has begun.
    private StreamEvent Refuse(IBufferWriter<byte> output)
    {
        _isBlocked = true;
        var state = StateOf(0);
        _choices.ForEach(choice => choice.Finish = FinishKind.Filtered);
        if (_hasContent)
            return StreamEvent.None;
        WriteRole(state, output);
        var writer = _chunks.BeginDelta(state.Index, output);
        writer.WriteString("refusal"u8, GeminiAnswerTranslator.Refusal);
        _chunks.EndDelta();
        _chunks.EndChunk(default, output);
        _hasContent = true;
        return StreamEvent.Content;
    }

    private void WriteRole(ChoiceState state, IBufferWriter<byte> output)
    {
        if (state.RoleSent)
            return;
        state.RoleSent = true;
        _chunks.WriteRole(state.Index, output);
    }

    private void WriteFinish(ChoiceState state, IBufferWriter<byte> output)
    {
        WriteRole(state, output);
        _chunks.BeginDelta(state.Index, output);
        _chunks.EndDelta();
        _chunks.EndChunk(FinishKinds.Word(state.Finish, state.Calls > 0), output);
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

    private sealed class ChoiceState(int index)
    {
        public int Index { get; } = index;

        public bool RoleSent { get; set; }

        /// <summary>Tool calls written.</summary>
        public int Calls { get; set; }

        /// <summary>The last finish reason that came.</summary>
        public FinishKind Finish { get; set; }
    }
}
