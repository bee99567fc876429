using System.Buffers;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>Writes the parts of a content as fields of OpenAI's message or delta (wire.md rules 44 to 47).</summary>
/// <param name="memory">Keeps the thought signatures of calls.</param>
/// <param name="caller">Id of the caller's key.</param>
/// <param name="answer">The answer's id, which with the numbers makes up a call's id that no other call of the conversation has.</param>
internal sealed class ContentWriter(ThoughtMemory memory, string caller, string answer)
{
    /// <summary>Writes the text that is no thought as <c>content</c>, and the thoughts as <c>reasoning_content</c>, each if there is any.</summary>
    public static void WriteTexts(Utf8JsonWriter writer, ReadOnlySpan<byte> parts, PartKinds kinds)
    {
        if (kinds.Has(PartKinds.Thoughts))
            WriteText(writer, "reasoning_content"u8, parts, PartKinds.Thoughts);
        if (kinds.Has(PartKinds.Text))
            WriteText(writer, "content"u8, parts, PartKinds.Text);
    }

    /// <summary>Writes images as data URLs (wire.md rule 47), in the form that OpenRouter has for them.</summary>
    public static void WriteImages(Utf8JsonWriter writer, ReadOnlySpan<byte> parts)
    {
        using var url = new ArrayPoolBufferWriter<byte>();
        writer.WriteStartArray("images"u8);
        var reader = new PartReader(parts, PartKinds.Images);
        while (reader.Read(out var part))
        {
            url.Clear();
            url.Write("\"data:"u8);
            url.Write(part.MimeType[1..^1]);
            url.Write(";base64,"u8);
            url.Write(part.Data[1..]);
            writer.WriteStartObject();
            writer.WriteString("type"u8, "image_url"u8);
            writer.WriteStartObject("image_url"u8);
            writer.WriteRaw("url"u8, url.WrittenSpan);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes the tool calls and remembers their signatures.</summary>
    /// <param name="writer">A writer within the message or delta.</param>
    /// <param name="parts">The parts.</param>
    /// <param name="choice">The choice's index.</param>
    /// <param name="first">Number of calls that the choice has made before.</param>
    /// <param name="isDelta">Each call says its number, as the calls of a stream do.</param>
    /// <returns>Number of calls written.</returns>
    public int WriteCalls(Utf8JsonWriter writer, ReadOnlySpan<byte> parts, int choice, int first, bool isDelta)
    {
        writer.WriteStartArray("tool_calls"u8);
        var index = first;
        var reader = new PartReader(parts, PartKinds.Calls);
        while (reader.Read(out var part))
        {
            writer.WriteStartObject();
            if (isDelta)
                writer.WriteNumber("index"u8, index);
            WriteCall(writer, part, choice, index++);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        return index - first;
    }

    private void WriteCall(Utf8JsonWriter writer, in PartFields part, int choice, int index)
    {
        var id = JsonBytes.TextOrNull(part.CallId);
        if (string.IsNullOrEmpty(id))
            id = AnswerIds.OfCall(answer, choice, index);
        writer.WriteString("id"u8, id);
        writer.WriteString("type"u8, "function"u8);
        writer.WriteStartObject("function"u8);
        writer.WriteRaw("name"u8, part.CallName);
        WriteArguments(writer, part.CallArgs);
        writer.WriteEndObject();
        if (JsonBytes.TextOrNull(part.Signature) is { Length: > 0 } signature)
            WriteSignature(writer, part.Signature, id, signature);
    }

    private void WriteSignature(Utf8JsonWriter writer, ReadOnlySpan<byte> json, string call, string signature)
    {
        memory.Remember(caller, call, signature);
        writer.WriteStartObject("extra_content"u8);
        writer.WriteStartObject("google"u8);
        writer.WriteRaw("thought_signature"u8, json);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    // Google indents answers; the text of arguments is for machines.
    private static void WriteArguments(Utf8JsonWriter writer, ReadOnlySpan<byte> args)
    {
        using var compact = new ArrayPoolBufferWriter<byte>();
        JsonBytes.WriteCompact(JsonBytes.IsObject(args) ? args : "{}"u8, compact);
        writer.WriteString("arguments"u8, compact.WrittenSpan);
    }

    // The strings are joined as they stand, so that nothing need be unescaped and escaped again. In a stream there is nearly always one.
    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> parts, PartKinds kind)
    {
        var reader = new PartReader(parts, kind);
        reader.Read(out var first);
        if (!reader.Read(out var part))
        {
            writer.WriteRaw(name, first.Text);
            return;
        }

        using var text = new ArrayPoolBufferWriter<byte>();
        text.Write(first.Text[..^1]);
        do
            text.Write(part.Text[1..^1]);
        while (reader.Read(out part));
        text.Write("\""u8);
        writer.WriteRaw(name, text.WrittenSpan);
    }
}
