using System.Buffers;
using System.Text;
using System.Text.Json;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Providers.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes what an image, audio or file part holds (wire.md rules 9 to 12). Nothing is ever downloaded.</summary>
internal static class MediaWriter
{
    private static readonly (string Extension, string Type)[] Types =
    [
        (".png", "image/png"), (".jpg", "image/jpeg"), (".jpeg", "image/jpeg"), (".webp", "image/webp"), (".gif", "image/gif"),
        (".heic", "image/heic"), (".heif", "image/heif"), (".bmp", "image/bmp"), (".pdf", "application/pdf"), (".txt", "text/plain"),
        (".mp3", "audio/mp3"), (".wav", "audio/wav"), (".mp4", "video/mp4"), (".mov", "video/quicktime"), (".webm", "video/webm"),
    ];

    /// <summary>Writes <c>inlineData</c> or <c>fileData</c> into the part that has been begun.</summary>
    /// <param name="kind">Not text.</param>
    /// <param name="data">The object with the data.</param>
    /// <param name="writer">Where it goes.</param>
    public static void Write(PartKind kind, ReadOnlySpan<byte> data, Utf8JsonWriter writer)
    {
        var fields = MediaFields.Read(data);
        switch (kind)
        {
            case PartKind.Image:
                WriteImage(fields.Url, writer);
                break;
            case PartKind.Audio:
                WriteInline(fields.Data, JsonBytes.Is(fields.Format, "mp3"u8) ? "audio/mp3"u8 : "audio/wav"u8, writer);
                break;
            case PartKind.File when JsonBytes.IsSet(fields.FileData):
                WriteInline(fields.FileData, "application/pdf"u8, writer);
                break;
            default:
                WriteReference(fields.FileId, null, writer);
                break;
        }
    }

    private static void WriteImage(ReadOnlySpan<byte> url, Utf8JsonWriter writer)
    {
        using var text = UnescapedText.OrEmpty(url);
        if (IsDataUrl(text.Bytes))
            WritePlain(text.Bytes, "image/jpeg"u8, writer);
        else
            WriteReference(url, "image/jpeg", writer);
    }

    private static void WriteReference(ReadOnlySpan<byte> uri, string? defaultType, Utf8JsonWriter writer)
    {
        writer.WriteStartObject("fileData"u8);
        using (var text = UnescapedText.OrEmpty(uri))
        {
            if ((TypeOf(text.Bytes) ?? defaultType) is { } type)
                writer.WriteString("mimeType"u8, type);
        }

        writer.WriteRaw("fileUri"u8, uri);
        writer.WriteEndObject();
    }

    // Goes by the extension of the path; what follows the path says nothing.
    private static string? TypeOf(ReadOnlySpan<byte> uri)
    {
        var end = uri.IndexOfAny("?#"u8);
        var path = end < 0 ? uri : uri[..end];
        foreach (var (extension, type) in Types)
        {
            if (path.Length > extension.Length && Ascii.EqualsIgnoreCase(path[^extension.Length..], extension))
                return type;
        }

        return null;
    }

    private static bool IsDataUrl(ReadOnlySpan<byte> text) => text.Length >= 5 && Ascii.EqualsIgnoreCase(text[..5], "data:"u8);

    private static void WriteInline(ReadOnlySpan<byte> json, ReadOnlySpan<byte> defaultType, Utf8JsonWriter writer)
    {
        using var text = UnescapedText.OrEmpty(json);
        WritePlain(text.Bytes, defaultType, writer);
    }

    private static void WritePlain(ReadOnlySpan<byte> text, ReadOnlySpan<byte> defaultType, Utf8JsonWriter writer)
    {
        var type = defaultType;
        if (IsDataUrl(text))
        {
            var comma = text.IndexOf((byte)',');
            var head = comma < 0 ? text[5..] : text[5..comma];
            text = comma < 0 ? default : text[(comma + 1)..];
            var semicolon = head.IndexOf((byte)';');
            var named = (semicolon < 0 ? head : head[..semicolon]).Trim((byte)' ');
            type = named.IsEmpty ? defaultType : named;
        }

        writer.WriteStartObject("inlineData"u8);
        writer.WriteString("mimeType"u8, type);
        WriteBase64(text, writer);
        writer.WriteEndObject();
    }

    private static void WriteBase64(ReadOnlySpan<byte> text, Utf8JsonWriter writer)
    {
        if (text.IndexOfAny(" \t\r\n"u8) < 0)
        {
            writer.WriteString("data"u8, text);
            return;
        }

        using var clean = new ArrayPoolBufferWriter<byte>(text.Length);
        foreach (var range in text.SplitAny(" \t\r\n"u8))
            clean.Write(text[range]);
        writer.WriteString("data"u8, clean.WrittenSpan);
    }
}
