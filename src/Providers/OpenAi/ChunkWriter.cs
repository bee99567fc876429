using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Json;
using ThotNet.Routing;

namespace ThotNet.Providers.OpenAi;

/// <summary>
/// Writes the chunks of one stream as OpenAI has them (wire.md 1.3): <c>data:</c> lines alone, id and time the same in all, usage once at the
/// end and only when asked for.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The writer owns nothing: it writes into the caller's buffer and is flushed after every event.")]
internal sealed class ChunkWriter(ChatRequest request, TargetDefinition target)
{
    private readonly bool _includeUsage = request.IncludeUsage;
    private readonly JsonEncodedText _model = JsonEncodedText.Encode(target.Id, JsonBytes.Writing.Encoder);
    private Utf8JsonWriter? _writer;
    private long _created;

    /// <summary>The stream's id; null until <see cref="Begin"/>.</summary>
    public string? Id { get; private set; }

    /// <summary>Sets what is the same in all chunks; must come before the first.</summary>
    /// <param name="id">The stream's id.</param>
    /// <param name="created">When it began, in Unix seconds.</param>
    public void Begin(string id, long created)
    {
        Id = id;
        _created = created;
    }

    /// <summary>Writes the chunk that begins a choice.</summary>
    public void WriteRole(int choice, IBufferWriter<byte> output)
    {
        var writer = BeginDelta(choice, output);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("content"u8, ""u8);
        EndDelta();
        EndChunk(default, output);
    }

    /// <summary>Begins a chunk: the delta's fields follow, <see cref="EndDelta"/>, the choice's log probabilities, <see cref="EndChunk"/>.</summary>
    /// <returns>A writer within the delta.</returns>
    public Utf8JsonWriter BeginDelta(int choice, IBufferWriter<byte> output)
    {
        var writer = BeginEvent(output);
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, choice);
        writer.WriteStartObject("delta"u8);
        return writer;
    }

    /// <summary>Ends the delta; the writer then stands within the choice.</summary>
    public void EndDelta() => _writer!.WriteEndObject();

    /// <summary>Ends a chunk.</summary>
    /// <param name="finishReason">The finish reason, empty for null.</param>
    /// <param name="output">Where the chunk was begun.</param>
    public void EndChunk(ReadOnlySpan<byte> finishReason, IBufferWriter<byte> output)
    {
        if (finishReason.IsEmpty)
            _writer!.WriteNull("finish_reason"u8);
        else
            _writer!.WriteString("finish_reason"u8, finishReason);
        _writer.WriteEndObject();
        _writer.WriteEndArray();
        if (_includeUsage)
            _writer.WriteNull("usage"u8);
        EndEvent(output);
    }

    /// <summary>Writes what follows the last chunk: usage, if it is known and was asked for, and the end marker.</summary>
    public void WriteEnd(TokenUsage? usage, IBufferWriter<byte> output)
    {
        if (_includeUsage && usage is { } known)
        {
            var writer = BeginEvent(output);
            writer.WriteStartArray("choices"u8);
            writer.WriteEndArray();
            writer.WritePropertyName("usage"u8);
            UsageJson.Write(writer, known);
            EndEvent(output);
        }

        output.Write("data: [DONE]\n\n"u8);
    }

    private Utf8JsonWriter BeginEvent(IBufferWriter<byte> output)
    {
        output.Write("data: "u8);
        if (_writer is null)
            _writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        else
            _writer.Reset(output);
        _writer.WriteStartObject();
        _writer.WriteString("id"u8, Id);
        _writer.WriteString("object"u8, "chat.completion.chunk"u8);
        _writer.WriteNumber("created"u8, _created);
        _writer.WriteString("model"u8, _model);
        return _writer;
    }

    private void EndEvent(IBufferWriter<byte> output)
    {
        _writer!.WriteEndObject();
        _writer.Flush();
        output.Write("\n\n"u8);
    }
}
