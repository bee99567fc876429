using System.Runtime.InteropServices;
using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes a call's arguments (wire.md rule 14). Google refuses an object that gives a name twice; of those the last one counts.</summary>
internal static class ArgumentsWriter
{
    private const int MaxDepth = 64;

    /// <summary>Writes the object.</summary>
    /// <param name="json">Valid JSON, as deep as a reader allows by default.</param>
    /// <param name="writer">Where it goes.</param>
    public static void Write(ReadOnlySpan<byte> json, Utf8JsonWriter writer)
    {
        if (!HasDoubles(json))
        {
            writer.WriteRaw(json);
            return;
        }

        var reader = new Utf8JsonReader(json);
        WriteDistinct(JsonElement.ParseValue(ref reader), writer);
    }

    // Names are told apart by their hash: two that only seem to be one are written no worse for it.
    private static bool HasDoubles(ReadOnlySpan<byte> json)
    {
        HashSet<(int Object, int Name)>? seen = null;
        Span<int> open = stackalloc int[MaxDepth];
        var reader = new Utf8JsonReader(json);
        var any = false;
        for (var objects = 0; reader.Read();)
        {
            if (reader.TokenType == JsonTokenType.StartObject)
                open[reader.CurrentDepth] = objects++;
            else if (reader.TokenType == JsonTokenType.PropertyName)
                any |= !(seen ??= []).Add((open[reader.CurrentDepth - 1], BodyText.Of(ref reader).Hash));
        }

        return any;
    }

    private static void WriteDistinct(JsonElement value, Utf8JsonWriter writer)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            writer.WriteStartObject();
            foreach (var field in value.EnumerateObject().GroupBy(field => field.Name, StringComparer.Ordinal))
            {
                writer.WritePropertyName(field.Key);
                WriteDistinct(field.Last().Value, writer);
            }

            writer.WriteEndObject();
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray())
                WriteDistinct(item, writer);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteRaw(JsonMarshal.GetRawUtf8Value(value));
        }
    }
}
