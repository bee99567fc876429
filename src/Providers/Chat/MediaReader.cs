using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>Reads the data of image, audio and file parts. Nothing is ever downloaded; a URL is only looked at.</summary>
internal static class MediaReader
{
    // What the fields read so far have shown.
    private struct Found
    {
        public bool Data;
        public bool Format;
        public bool Remote;
    }

    /// <summary>Reads the object with the data.</summary>
    /// <param name="reader">Stands on the object.</param>
    /// <param name="facts">Where tokens and mistakes are noted.</param>
    /// <param name="index">The part's place in the content.</param>
    /// <param name="kind">Which kind of data.</param>
    /// <param name="remote">It is an address that the provider would have to fetch.</param>
    public static bool Read(ref Utf8JsonReader reader, RequestFacts facts, int index, ContentKinds kind, out bool remote)
    {
        var found = default(Found);
        remote = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var read = kind switch
            {
                ContentKinds.Image => ReadImage(ref reader, facts, index, ref found),
                ContentKinds.Audio => ReadAudio(ref reader, facts, index, ref found),
                _ => ReadFile(ref reader, facts, index, ref found),
            };
            if (!read)
                return false;
        }

        remote = found.Remote;
        var field = "." + ContentReader.NameOf(kind);
        return kind switch
        {
            ContentKinds.Image => found.Data || ContentReader.Fail(facts, index, field, "must have a 'url'."),
            ContentKinds.Audio => (found.Data || ContentReader.Fail(facts, index, field, "must have 'data'."))
                && (found.Format || ContentReader.Fail(facts, index, field + ".format", "is required: 'wav' or 'mp3'.")),
            _ => found.Data || ContentReader.Fail(facts, index, field, "must have 'file_data' or 'file_id'."),
        };
    }

    private static bool ReadImage(ref Utf8JsonReader reader, RequestFacts facts, int index, ref Found found)
    {
        const string Field = ".image_url.url";
        var isUrl = reader.ValueTextEquals("url"u8);
        reader.Read();
        if (!isUrl)
            return Values.Skip(ref reader, facts);
        if (reader.TokenType != JsonTokenType.String)
            return ContentReader.Fail(facts, index, Field, "must be an http, https or data URL.");
        using var url = UnescapedText.Of(ref reader);
        found.Data = true;
        found.Remote = DataUrl.IsRemote(url.Bytes);
        if (found.Remote)
            return true;
        if (!DataUrl.IsMeant(url.Bytes))
            return ContentReader.Fail(facts, index, Field, "must be an http, https or data URL.");
        return DataUrl.IsValid(url.Bytes, "image"u8)
            || ContentReader.Fail(facts, index, Field, "must be a data URL that holds an image in base64: 'data:image/…;base64,…'.");
    }

    private static bool ReadAudio(ref Utf8JsonReader reader, RequestFacts facts, int index, ref Found found)
    {
        var isData = reader.ValueTextEquals("data"u8);
        var isFormat = reader.ValueTextEquals("format"u8);
        reader.Read();
        if (isFormat)
        {
            found.Format = Values.Is(ref reader, "wav"u8) || Values.Is(ref reader, "mp3"u8);
            return found.Format || ContentReader.Fail(facts, index, ".input_audio.format", "must be 'wav' or 'mp3'.");
        }

        if (!isData)
            return Values.Skip(ref reader, facts);
        found.Data = true;
        facts.Messages.Media.Tokens += (reader.ValueSpan.Length / PromptBound.AudioCharactersPerToken) + 1;
        return IsData(ref reader, takesUrl: false)
            || ContentReader.Fail(facts, index, ".input_audio.data", "must be a string of valid base64.");
    }

    private static bool ReadFile(ref Utf8JsonReader reader, RequestFacts facts, int index, ref Found found)
    {
        var isData = reader.ValueTextEquals("file_data"u8);
        var isId = reader.ValueTextEquals("file_id"u8);
        reader.Read();
        if (!isData && !isId)
            return Values.Skip(ref reader, facts);
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        found.Data = true;
        facts.Messages.Media.Tokens += isId ? PromptBound.TokensPerFileId : PromptBound.OfText(reader.ValueSpan.Length);
        if (isId)
            return Values.HasText(ref reader) || ContentReader.Fail(facts, index, ".file.file_id", "must be a non-empty string.");
        return IsData(ref reader, takesUrl: true)
            || ContentReader.Fail(facts, index, ".file.file_data", "must be a string of valid base64 or a data URL: 'data:type/subtype;base64,…'.");
    }

    private static bool IsData(ref Utf8JsonReader reader, bool takesUrl)
    {
        if (reader.TokenType != JsonTokenType.String)
            return false;
        using var text = UnescapedText.Of(ref reader);
        return takesUrl && DataUrl.IsMeant(text.Bytes) ? DataUrl.IsValid(text.Bytes, default) : DataUrl.IsBase64(text.Bytes);
    }
}
