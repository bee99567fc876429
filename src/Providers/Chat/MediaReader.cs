using System.Text;
using System.Text.Json;

namespace ThotNet.Providers.Chat;

/// <summary>Reads the data of image, audio and file parts. Nothing is ever downloaded; a URL is only looked at.</summary>
internal static class MediaReader
{
    /// <summary>Reads the object with the data.</summary>
    public static bool Read(ref Utf8JsonReader reader, RequestFacts facts, int index, ContentKinds kind)
    {
        var complete = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var read = kind switch
            {
                ContentKinds.Image => ReadImage(ref reader, facts, index, ref complete),
                ContentKinds.Audio => ReadAudio(ref reader, facts, index, ref complete),
                _ => ReadFile(ref reader, facts, index, ref complete),
            };
            if (!read)
                return false;
        }

        return complete || ContentReader.Fail(facts, index, "." + ContentReader.NameOf(kind), kind switch
        {
            ContentKinds.Image => "must have a 'url'.",
            ContentKinds.Audio => "must have 'data'.",
            _ => "must have 'file_data' or 'file_id'.",
        });
    }

    private static bool ReadImage(ref Utf8JsonReader reader, RequestFacts facts, int index, ref bool complete)
    {
        var isUrl = reader.ValueTextEquals("url"u8);
        reader.Read();
        if (!isUrl)
            return Values.Skip(ref reader, facts);
        complete = true;
        return (reader.TokenType == JsonTokenType.String && IsUrl(reader.ValueSpan))
            || ContentReader.Fail(facts, index, ".image_url.url", "must be an http, https or data URL.");
    }

    private static bool ReadAudio(ref Utf8JsonReader reader, RequestFacts facts, int index, ref bool complete)
    {
        var isData = reader.ValueTextEquals("data"u8);
        var isFormat = reader.ValueTextEquals("format"u8);
        reader.Read();
        if (isFormat)
        {
            return Values.Is(ref reader, "wav"u8) || Values.Is(ref reader, "mp3"u8)
                || ContentReader.Fail(facts, index, ".input_audio.format", "must be 'wav' or 'mp3'.");
        }

        if (!isData)
            return Values.Skip(ref reader, facts);
        complete = true;
        facts.Messages.Tokens += (reader.ValueSpan.Length / PromptBound.AudioCharactersPerToken) + 1;
        return reader.TokenType == JsonTokenType.String || ContentReader.Fail(facts, index, ".input_audio.data", "must be a string.");
    }

    private static bool ReadFile(ref Utf8JsonReader reader, RequestFacts facts, int index, ref bool complete)
    {
        var isData = reader.ValueTextEquals("file_data"u8);
        var isId = reader.ValueTextEquals("file_id"u8);
        reader.Read();
        if (!isData && !isId)
            return Values.Skip(ref reader, facts);
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        complete = true;
        facts.Messages.Tokens += isId ? PromptBound.TokensPerFileId : PromptBound.OfText(reader.ValueSpan.Length);
        return reader.TokenType == JsonTokenType.String
            || ContentReader.Fail(facts, index, isData ? ".file.file_data" : ".file.file_id", "must be a string.");
    }

    // Only the beginning counts. Some clients escape every slash; nobody escapes anything else there.
    private static bool IsUrl(ReadOnlySpan<byte> url) =>
        StartsWith(url, "https://"u8) || StartsWith(url, "https:\\/\\/"u8)
        || StartsWith(url, "http://"u8) || StartsWith(url, "http:\\/\\/"u8)
        || StartsWith(url, "data:"u8);

    private static bool StartsWith(ReadOnlySpan<byte> url, ReadOnlySpan<byte> scheme) =>
        url.Length > scheme.Length && Ascii.EqualsIgnoreCase(url[..scheme.Length], scheme);
}
