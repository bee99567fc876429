using System.Buffers;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes <c>functionResponse</c> parts (wire.md rules 15 to 18).</summary>
internal static class ResultWriter
{
    /// <summary>Writes the result of a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="content">The content of the message that answers it; empty if none does.</param>
    /// <param name="context">What is being written.</param>
    /// <param name="writer">Where it goes.</param>
    public static void Write(in CallSlices call, ReadOnlySpan<byte> content, in WriteContext context, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("functionResponse"u8);
        CallWriter.WriteIdentity(call, context.Body, context.Generation, writer);
        writer.WritePropertyName("response"u8);
        WriteContent(content, writer);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteContent(ReadOnlySpan<byte> content, Utf8JsonWriter writer)
    {
        if (content is not [(byte)'[', ..])
        {
            WriteText(content, writer);
            return;
        }

        using var joined = new ArrayPoolBufferWriter<byte>(content.Length);
        Join(content, joined);
        WriteText(joined.WrittenSpan, writer);
    }

    // The parts' texts one after another, still as a JSON string; a result has no other parts.
    private static void Join(ReadOnlySpan<byte> content, ArrayPoolBufferWriter<byte> joined)
    {
        joined.Write("\""u8);
        var parts = new ContentParts(content);
        while (parts.MoveNext())
            joined.Write(parts.Data[1..^1]);
        joined.Write("\""u8);
    }

    private static void WriteText(ReadOnlySpan<byte> json, Utf8JsonWriter writer)
    {
        using var text = UnescapedText.OrEmpty(json);
        using var whole = WholeCharacters.Of(text.Bytes.Trim(" \t\r\n"u8));
        if (IsPlainObject(whole.Json))
        {
            writer.WriteRaw(whole.Json);
            return;
        }

        writer.WriteStartObject();
        writer.WriteRaw("output"u8, JsonBytes.IsString(json) ? json : "\"\""u8);
        writer.WriteEndObject();
    }

    // Google takes a $ref within a result for a reference to one of its parts, so an object with one is text as well.
    private static bool IsPlainObject(ReadOnlySpan<byte> json)
    {
        if (json is not [(byte)'{', .., (byte)'}'])
            return false;
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ChatRequestReader.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("$ref"u8))
                    return false;
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
