using System.Text.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>The fields of an image, audio or file part, each a JSON value; empty if it is not there.</summary>
internal ref struct MediaFields
{
    public ReadOnlySpan<byte> Url;
    public ReadOnlySpan<byte> Data;
    public ReadOnlySpan<byte> Format;
    public ReadOnlySpan<byte> FileData;
    public ReadOnlySpan<byte> FileId;

    /// <summary>Reads the object with the data.</summary>
    public static MediaFields Read(ReadOnlySpan<byte> json)
    {
        var fields = default(MediaFields);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("url"u8))
                fields.Url = Slice.TakeProperty(ref reader, 0).Of(json);
            else if (reader.ValueTextEquals("data"u8))
                fields.Data = Slice.TakeProperty(ref reader, 0).Of(json);
            else if (reader.ValueTextEquals("format"u8))
                fields.Format = Slice.TakeProperty(ref reader, 0).Of(json);
            else if (reader.ValueTextEquals("file_data"u8))
                fields.FileData = Slice.TakeProperty(ref reader, 0).Of(json);
            else if (reader.ValueTextEquals("file_id"u8))
                fields.FileId = Slice.TakeProperty(ref reader, 0).Of(json);
            else
                reader.Skip();
        }

        return fields;
    }
}
