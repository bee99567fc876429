using System.Text.Json;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Finds a field of an object.</summary>
internal static class Fields
{
    /// <summary>The value of a field, the last of that name; empty if it is not there or null, or if this is no object.</summary>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        if (!JsonBytes.IsObject(json))
            return default;
        var found = default(Slice);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Word.Is(ref reader, name))
                found = Slice.TakeProperty(ref reader, 0);
            else
                reader.Skip();
        }

        return found.Of(json);
    }
}
