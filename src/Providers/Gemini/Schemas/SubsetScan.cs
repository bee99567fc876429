using System.Text.Json;
using ThotNet.Providers.Gemini.Requests;

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
        && (Word.Is(ref reader, "string"u8) || Word.Is(ref reader, "number"u8) || Word.Is(ref reader, "integer"u8) || Word.Is(ref reader, "boolean"u8)
            || Word.Is(ref reader, "array"u8) || Word.Is(ref reader, "object"u8) || Word.Is(ref reader, "null"u8));

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
        if (Word.Is(ref reader, "description"u8) || Word.Is(ref reader, "title"u8) || Word.Is(ref reader, "format"u8)
            || Word.Is(ref reader, "$id"u8) || Word.Is(ref reader, "$anchor"u8))
        {
            return Keyword.Text;
        }

        if (Word.Is(ref reader, "minimum"u8) || Word.Is(ref reader, "maximum"u8) || Word.Is(ref reader, "minItems"u8) || Word.Is(ref reader, "maxItems"u8))
            return Keyword.Number;
        return Word.Is(ref reader, "type"u8) ? Keyword.Type
            : Word.Is(ref reader, "enum"u8) ? Keyword.Enum
            : Word.Is(ref reader, "required"u8) || Word.Is(ref reader, "propertyOrdering"u8) ? Keyword.Names
            : Word.Is(ref reader, "properties"u8) || Word.Is(ref reader, "$defs"u8) ? Keyword.Map
            : Word.Is(ref reader, "items"u8) ? Keyword.Schema
            : Word.Is(ref reader, "additionalProperties"u8) ? Keyword.SchemaOrBool
            : Word.Is(ref reader, "anyOf"u8) || Word.Is(ref reader, "oneOf"u8) || Word.Is(ref reader, "prefixItems"u8) ? Keyword.List
            : Word.Is(ref reader, "$ref"u8) ? Keyword.Reference
            : Keyword.Unknown;
    }
}
