using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Replay;

/// <summary>
/// Replays a complete chat answer as a stream (wire.md 1.3): role, texts in small pieces, tool calls whole, one finish chunk for each choice,
/// usage if asked for, <c>[DONE]</c>. Used by one caller at a time.
/// </summary>
public sealed class AnswerSplitter
{
    private readonly ReadOnlyMemory<byte> _answer;
    private readonly bool _includeUsage;
    private readonly byte[] _head;
    private readonly List<ReplayStep> _steps;
    private readonly Range _usage;

    // Steps written, and bytes written of the text of the next one.
    private int _step;
    private int _written;
    private bool _ended;

    private AnswerSplitter(ReadOnlyMemory<byte> answer, bool includeUsage)
    {
        var json = answer.Span;
        var reader = new AnswerReader(json);
        _answer = answer;
        _includeUsage = includeUsage;
        _steps = ReplayStep.Plan(reader, json);
        _head = MakeHead(reader.Fields);
        _usage = includeUsage && JsonBytes.IsObject(reader.Fields.Usage) ? json.RangeOf(reader.Fields.Usage) : default;
    }

    /// <summary>Begins the replay of an answer.</summary>
    /// <param name="answer">Any bytes; they must stay as they are until the last event has been written.</param>
    /// <param name="includeUsage">The caller asked for usage.</param>
    /// <param name="splitter">The replay; null if it is no answer that <see cref="AnswerFacts.TryRead"/> accepts.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryCreate(ReadOnlyMemory<byte> answer, bool includeUsage, [NotNullWhen(true)] out AnswerSplitter? splitter)
    {
        try
        {
            splitter = new AnswerSplitter(answer, includeUsage);
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            splitter = null;
            return false;
        }
    }

    /// <summary>Writes the next event, for callers who want pauses between them.</summary>
    /// <param name="output">Where it goes: one whole <c>data: …</c> line with its blank line.</param>
    /// <returns>False if all were written before; then nothing is written.</returns>
    public bool WriteNext(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_step < _steps.Count)
            WriteStep(_steps[_step], output);
        else if (_step == _steps.Count && !_usage.Equals(default))
            WriteUsage(output);
        else if (!_ended)
            WriteEnd(output);
        else
            return false;
        return true;
    }

    /// <summary>Writes all events that are left.</summary>
    /// <param name="output">Where they go.</param>
    public void WriteRest(IBufferWriter<byte> output)
    {
        while (WriteNext(output))
        {
        }
    }

    private static byte[] MakeHead(in AnswerFields fields)
    {
        var head = new ArrayBufferWriter<byte>(256);
        head.Write("data: {\"id\":"u8);
        head.Write(fields.Id);
        head.Write(",\"object\":\"chat.completion.chunk\",\"created\":"u8);
        head.Write(fields.Created);
        head.Write(",\"model\":"u8);
        head.Write(fields.Model);
        if (JsonBytes.IsString(fields.Fingerprint))
        {
            head.Write(",\"system_fingerprint\":"u8);
            head.Write(fields.Fingerprint);
        }

        head.Write(",\"choices\":["u8);
        return head.WrittenSpan.ToArray();
    }

    private void WriteStep(in ReplayStep step, IBufferWriter<byte> output)
    {
        var value = _answer.Span[step.Value];
        BeginDelta(step.Choice, output);
        if (step.Kind == ReplayStepKind.Text)
        {
            WriteText(step.Field, value, output);
            return;
        }

        _step++;
        if (step.Kind == ReplayStepKind.Role)
            output.Write("\"role\":\"assistant\",\"content\":\"\"}"u8);
        else if (step.Kind == ReplayStepKind.Call)
            WriteCall(step.Call, value, output);
        else if (step.Kind == ReplayStepKind.Value)
            WriteValue(step.Field, value, output);
        else
            WriteLogProbs(_answer.Span[step.LogProbs], output);
        EndChunk(step.Kind == ReplayStepKind.Finish ? value : "null"u8, output);
    }

    private void WriteText(MessageField field, ReadOnlySpan<byte> text, IBufferWriter<byte> output)
    {
        var rest = text[_written..];
        var length = TextPieces.FirstLength(rest);
        WriteName(field.Name(), output);
        output.Write("\""u8);
        output.Write(rest[..length]);
        output.Write("\"}"u8);
        EndChunk("null"u8, output);
        _written += length;
        if (_written < text.Length)
            return;
        _written = 0;
        _step++;
    }

    private static void WriteValue(MessageField field, ReadOnlySpan<byte> value, IBufferWriter<byte> output)
    {
        WriteName(field.Name(), output);
        output.Write(value);
        output.Write("}"u8);
    }

    private static void WriteCall(int number, ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        var call = ToolCallFields.Read(ref reader, json);
        output.Write("\"tool_calls\":[{\"index\":"u8);
        WriteNumber(number, output);
        output.Write(",\"id\":"u8);
        output.Write(call.Id);
        output.Write(",\"type\":\"function\",\"function\":{\"name\":"u8);
        output.Write(call.Name);
        output.Write(",\"arguments\":"u8);
        output.Write(call.Arguments);
        output.Write("}"u8);
        if (JsonBytes.HasContent(call.ExtraContent))
        {
            output.Write(",\"extra_content\":"u8);
            output.Write(call.ExtraContent);
        }

        output.Write("}]}"u8);
    }

    private static void WriteLogProbs(ReadOnlySpan<byte> logProbs, IBufferWriter<byte> output)
    {
        output.Write("}"u8);
        if (logProbs.IsEmpty)
            return;
        output.Write(",\"logprobs\":"u8);
        output.Write(logProbs);
    }

    private void WriteUsage(IBufferWriter<byte> output)
    {
        _step++;
        output.Write(_head);
        output.Write("],\"usage\":"u8);
        output.Write(_answer.Span[_usage]);
        output.Write("}\n\n"u8);
    }

    private void WriteEnd(IBufferWriter<byte> output)
    {
        _ended = true;
        output.Write("data: [DONE]\n\n"u8);
    }

    private void BeginDelta(int choice, IBufferWriter<byte> output)
    {
        output.Write(_head);
        output.Write("{\"index\":"u8);
        WriteNumber(choice, output);
        output.Write(",\"delta\":{"u8);
    }

    private void EndChunk(ReadOnlySpan<byte> finishReason, IBufferWriter<byte> output)
    {
        output.Write(",\"finish_reason\":"u8);
        output.Write(finishReason);
        output.Write(_includeUsage ? "}],\"usage\":null}\n\n"u8 : "}]}\n\n"u8);
    }

    private static void WriteName(ReadOnlySpan<byte> name, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        output.Write(name);
        output.Write("\":"u8);
    }

    private static void WriteNumber(int number, IBufferWriter<byte> output)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(16), out var length);
        output.Advance(length);
    }
}
