using System.Buffers;
using System.Text;
using System.Text.Json;
using ThotNet.Providers.Failures;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;
using ThotNet.Routing;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>Writes a complete answer in OpenAI's form (wire.md 4.7).</summary>
internal readonly struct GeminiAnswerTranslator(FailureReader failures, ThoughtMemory memory)
{
    /// <summary>What callers read where the prompt was blocked: Google says no more than a category.</summary>
    public static ReadOnlySpan<byte> Refusal => "The provider refused this prompt because of its content."u8;

    /// <summary>Translates one answer.</summary>
    /// <exception cref="JsonException">It is no answer.</exception>
    public (TokenUsage? Usage, ProviderFailure? Failure) Translate(
        ReadOnlySpan<byte> body, string caller, TargetDefinition target, DateTimeOffset now, IBufferWriter<byte> output)
    {
        var fields = ResponseFields.Read(body);
        var usage = UsageMetadata.Read(fields.Usage);
        if (fields.HasError)
            return (usage, failures.ReadInside(body, now));
        if (!fields.IsBlocked && FindFailure(fields.Candidates) is { } failure)
            return (usage, failure);
        var id = fields.MakeId();
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        AnswerWriter.WriteHead(writer, id, now.ToUnixTimeSeconds(), target);
        writer.WriteStartArray("choices"u8);
        if (fields.IsBlocked)
            WriteRefusal(writer);
        else
            WriteChoices(writer, fields.Candidates, new ContentWriter(memory, caller, id));
        writer.WriteEndArray();
        AnswerWriter.WriteUsage(writer, usage);
        writer.WriteEndObject();
        return (usage, null);
    }

    // An answer that the model spoilt before it said anything may do better elsewhere (wire.md rule 48).
    private static ProviderFailure? FindFailure(ReadOnlySpan<byte> candidates)
    {
        var reader = new CandidateReader(candidates);
        var any = false;
        ProviderFailure? failure = null;
        while (reader.Read(out var candidate))
        {
            any = true;
            if (PartReader.Find(candidate.Parts) != PartKinds.None)
                return null;
            if (FinishKinds.Read(candidate.FinishReason) == FinishKind.Unusable)
                failure ??= FailureReader.Unusable(Encoding.ASCII.GetString(candidate.FinishReason[1..^1]));
        }

        return any ? failure : FailureReader.Unreadable("it has no candidates");
    }

    private static void WriteRefusal(Utf8JsonWriter writer)
    {
        BeginChoice(writer, 0);
        writer.WriteNull("content"u8);
        writer.WriteString("refusal"u8, Refusal);
        EndChoice(writer, default, FinishKinds.Word(FinishKind.Filtered, calledTools: false));
    }

    private static void WriteChoices(Utf8JsonWriter writer, ReadOnlySpan<byte> candidates, ContentWriter content)
    {
        var reader = new CandidateReader(candidates);
        while (reader.Read(out var candidate))
            WriteChoice(writer, candidate, content);
    }

    private static void WriteChoice(Utf8JsonWriter writer, in CandidateFields candidate, ContentWriter content)
    {
        var kinds = PartReader.Find(candidate.Parts);
        var calls = kinds.Has(PartKinds.Calls);
        BeginChoice(writer, candidate.Index);
        if (calls && !kinds.Has(PartKinds.Text))
            writer.WriteNull("content"u8);
        else if (!kinds.Has(PartKinds.Text))
            writer.WriteString("content"u8, ""u8);
        ContentWriter.WriteTexts(writer, candidate.Parts, kinds);
        writer.WriteNull("refusal"u8);
        if (calls)
            content.WriteCalls(writer, candidate.Parts, candidate.Index, 0, isDelta: false);
        if (kinds.Has(PartKinds.Images))
            ContentWriter.WriteImages(writer, candidate.Parts);
        EndChoice(writer, candidate.LogProbs, FinishKinds.Word(FinishKinds.Read(candidate.FinishReason), calls));
    }

    private static void BeginChoice(Utf8JsonWriter writer, int index)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, index);
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
    }

    private static void EndChoice(Utf8JsonWriter writer, ReadOnlySpan<byte> logProbs, ReadOnlySpan<byte> finishReason)
    {
        writer.WriteEndObject();
        if (JsonBytes.IsObject(logProbs))
            LogProbsWriter.Write(writer, logProbs);
        else
            writer.WriteNull("logprobs"u8);
        writer.WriteString("finish_reason"u8, finishReason);
        writer.WriteEndObject();
    }
}
