using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Replay;

/// <summary>Makes the complete answer (wire.md 1.2) of a recorded stream (1.3), as the provider would have given it without <c>stream</c>.</summary>
public static class ChunkAssembler
{
    /// <summary>Writes the answer.</summary>
    /// <param name="events">All events of one stream, as a translator wrote them with usage; comments among them are passed over.</param>
    /// <param name="output">Where the answer goes; nothing is written if there is none.</param>
    /// <returns>
    /// False if it is no complete stream: an error in it, a choice without finish reason, no <c>[DONE]</c>. A choice of which nothing came at all
    /// is not missed; how many there are is <see cref="AnswerFacts.Choices"/>.
    /// </returns>
    public static bool TryWrite(ReadOnlySpan<byte> events, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!Utf8.IsValid(events))
            return false;
        using var answer = new ArrayPoolBufferWriter<byte>();
        try
        {
            var stream = new StreamPieces();
            if (!stream.Read(events))
                return false;
            Write(stream, events, answer);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }

        output.Write(answer.WrittenSpan);
        return true;
    }

    private static void Write(StreamPieces stream, ReadOnlySpan<byte> events, IBufferWriter<byte> output)
    {
        using var scratch = new ArrayPoolBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        var joiner = new PieceJoiner(events, writer, scratch);
        writer.WriteStartObject();
        writer.WriteRaw("id"u8, events[stream.Id]);
        writer.WriteString("object"u8, "chat.completion"u8);
        writer.WriteRaw("created"u8, events[stream.Created]);
        writer.WriteRaw("model"u8, events[stream.Model]);
        writer.WriteStartArray("choices"u8);
        foreach (var (index, choice) in stream.Choices)
            WriteChoice(writer, joiner, index, choice, events);
        writer.WriteEndArray();
        WriteIfAny(writer, "usage"u8, events[stream.Usage]);
        WriteIfAny(writer, "system_fingerprint"u8, events[stream.Fingerprint]);
        writer.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
            writer.WriteRaw(name, value);
    }

    private static void WriteChoice(Utf8JsonWriter writer, PieceJoiner joiner, int index, ChoicePieces choice, ReadOnlySpan<byte> events)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, index);
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        WriteContent(writer, joiner, choice);
        if (!WriteField(writer, joiner, MessageField.Refusal, choice))
            writer.WriteNull("refusal"u8);
        if (choice.Calls.Count > 0)
            WriteCalls(writer, joiner, choice.Calls, events);
        foreach (var field in MessageFieldExtensions.Extras)
            WriteField(writer, joiner, field, choice);
        writer.WriteEndObject();
        writer.WritePropertyName("logprobs"u8);
        if (choice.LogProbs.Count > 0)
            joiner.Write(choice.LogProbs);
        else
            writer.WriteNullValue();
        writer.WriteRaw("finish_reason"u8, events[choice.Finish]);
        writer.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter writer, PieceJoiner joiner, ChoicePieces choice)
    {
        if (WriteField(writer, joiner, MessageField.Content, choice))
            return;
        if (choice.HasNullContent)
            writer.WriteNull("content"u8);
        else
            writer.WriteString("content"u8, ""u8);
    }

    private static bool WriteField(Utf8JsonWriter writer, PieceJoiner joiner, MessageField field, ChoicePieces choice)
    {
        if (choice[field] is not { } pieces)
            return false;
        writer.WritePropertyName(field.Name());
        if (field == MessageField.ReasoningDetails)
            joiner.WriteBlocks(pieces);
        else
            joiner.Write(pieces);
        return true;
    }

    private static void WriteCalls(Utf8JsonWriter writer, PieceJoiner joiner, List<CallPieces> calls, ReadOnlySpan<byte> events)
    {
        writer.WriteStartArray("tool_calls"u8);
        foreach (var call in calls)
        {
            writer.WriteStartObject();
            writer.WriteRaw("id"u8, events[call.Id]);
            writer.WriteString("type"u8, "function"u8);
            writer.WriteStartObject("function"u8);
            writer.WriteRaw("name"u8, events[call.Name]);
            writer.WritePropertyName("arguments"u8);
            if (call.Arguments.Count > 0)
                joiner.Write(call.Arguments);
            else
                writer.WriteStringValue(""u8);
            writer.WriteEndObject();
            if (call.Extra.Count > 0)
            {
                writer.WritePropertyName("extra_content"u8);
                joiner.Write(call.Extra);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}
