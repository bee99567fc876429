using System.Text.Json;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>
/// Looks whether a JSON Schema keeps to the keywords that Google takes, and to what it takes in them (wire.md 4.2), so that it can go as it stands.
/// </summary>
internal static class SubsetScan
{
    private enum Keyword
    {
        Unknown,
        Text,
        Number,
        Type,
        Enum,
        Names,
        Reference,
        Schema,
        SchemaOrBool,
        List,
        Map,
    }

    /// <summary>True if it does.</summary>
    public static bool Passes(ReadOnlySpan<byte> schema)
    {
        var reader = new Utf8JsonReader(schema);
        reader.Read();
        return ScanSchema(ref reader);
    }

    private static bool ScanSchema(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        bool hasReference = false, hasOthers = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var keyword = Find(ref reader);
            hasReference |= keyword == Keyword.Reference;
            hasOthers |= reader.ValueSpan is not [(byte)'$', ..];
            reader.Read();
            if (!ScanValue(ref reader, keyword))
                return false;
        }

        return !hasReference || !hasOthers;
    }

    private static bool ScanValue(ref Utf8JsonReader reader, Keyword keyword)
    {
        switch (keyword)
        {
            case Keyword.Text:
                return IsText(ref reader);
            case Keyword.Number:
                return reader.TokenType == JsonTokenType.Number;
            case Keyword.Type:
                return IsType(ref reader) || ScanItems(ref reader, IsType);
            case Keyword.Enum:
                return ScanItems(ref reader, IsChoice);
            case Keyword.Names:
                return ScanItems(ref reader, IsText, mayBeEmpty: true);
            case Keyword.Reference:
                return reader.TokenType == JsonTokenType.String && JsonSchemaReference.IsPlain(reader.ValueSpan);
            case Keyword.Schema:
                return ScanSchema(ref reader);
            case Keyword.SchemaOrBool:
                return reader.TokenType is JsonTokenType.True or JsonTokenType.False || ScanSchema(ref reader);
            case Keyword.List:
                return ScanList(ref reader);
            case Keyword.Map:
                return ScanMap(ref reader);
            default:
                return false;
        }
    }

    private delegate bool Check(ref Utf8JsonReader reader);

    private static bool IsText(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String;

    private static bool IsChoice(ref Utf8JsonReader reader) => reader.TokenType is JsonTokenType.String or JsonTokenType.Number;

    private static bool IsType(ref Utf8JsonReader reader) =>
        IsText(ref reader)
        && (reader.ValueTextEquals("string"u8) || reader.ValueTextEquals("number"u8) || reader.ValueTextEquals("integer"u8) || reader.ValueTextEquals("boolean"u8)
            || reader.ValueTextEquals("array"u8) || reader.ValueTextEquals("object"u8) || reader.ValueTextEquals("null"u8));

    private static bool ScanItems(ref Utf8JsonReader reader, Check check, bool mayBeEmpty = false)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        var any = mayBeEmpty;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; any = true)
        {
            if (!check(ref reader))
                return false;
        }

        return any;
    }

    private static bool ScanList(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!ScanSchema(ref reader))
                return false;
        }

        return true;
    }

    // The names in it are the caller's own, not keywords.
    private static bool ScanMap(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            reader.Read();
            if (!ScanSchema(ref reader))
                return false;
        }

        return true;
    }

    private static Keyword Find(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("description"u8) || reader.ValueTextEquals("title"u8) || reader.ValueTextEquals("format"u8)
            || reader.ValueTextEquals("$id"u8) || reader.ValueTextEquals("$anchor"u8))
        {
            return Keyword.Text;
        }

        if (reader.ValueTextEquals("minimum"u8) || reader.ValueTextEquals("maximum"u8) || reader.ValueTextEquals("minItems"u8) || reader.ValueTextEquals("maxItems"u8))
            return Keyword.Number;
        return reader.ValueTextEquals("type"u8) ? Keyword.Type
            : reader.ValueTextEquals("enum"u8) ? Keyword.Enum
            : reader.ValueTextEquals("required"u8) || reader.ValueTextEquals("propertyOrdering"u8) ? Keyword.Names
            : reader.ValueTextEquals("properties"u8) || reader.ValueTextEquals("$defs"u8) ? Keyword.Map
            : reader.ValueTextEquals("items"u8) ? Keyword.Schema
            : reader.ValueTextEquals("additionalProperties"u8) ? Keyword.SchemaOrBool
            : reader.ValueTextEquals("anyOf"u8) || reader.ValueTextEquals("oneOf"u8) || reader.ValueTextEquals("prefixItems"u8) ? Keyword.List
            : reader.ValueTextEquals("$ref"u8) ? Keyword.Reference
            : Keyword.Unknown;
    }
}
