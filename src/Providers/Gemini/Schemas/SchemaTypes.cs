using System.Text.Json;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>The types of Google's <c>Schema</c>, in upper case, which is always right (wire.md rule 43).</summary>
internal static class SchemaTypes
{
    /// <summary>The type of null.</summary>
    public const string Null = "NULL";

    /// <summary>All types.</summary>
    public static readonly string[] All = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", Null];

    // The formats that are safe, and with which type (rule 41).
    private static readonly (string Type, string Format)[] Formats =
    [
        ("STRING", "enum"), ("STRING", "date-time"), ("INTEGER", "int32"), ("INTEGER", "int64"), ("NUMBER", "float"), ("NUMBER", "double"),
    ];

    // The keywords that say something about values of one type only.
    private static readonly (string Type, string[] Keywords)[] Keywords =
    [
        ("STRING", ["enum", "minLength", "maxLength", "pattern"]),
        ("NUMBER", ["minimum", "maximum"]),
        ("INTEGER", ["minimum", "maximum"]),
        ("ARRAY", ["items", "minItems", "maxItems"]),
        ("OBJECT", ["properties", "required", "propertyOrdering", "minProperties", "maxProperties"]),
    ];

    /// <summary>The types that a JSON Schema names, one or a list, each once; those that are not known are left out.</summary>
    public static List<string> FindAll(JsonElement type) =>
        (type.ValueKind == JsonValueKind.Array ? type.EnumerateArray() : Enumerable.Repeat(type, 1))
            .Select(Find).OfType<string>().Distinct().ToList();

    /// <summary>The name of a type in JSON Schema.</summary>
    public static string InJsonSchema(string type) => type.ToLowerInvariant();

    private static string? Find(JsonElement name) =>
        name.ValueKind == JsonValueKind.String
            ? Array.Find(All, type => string.Equals(type, name.GetString(), StringComparison.OrdinalIgnoreCase))
            : null;

    /// <summary>Whether values of a type can have a format.</summary>
    public static bool Has(string type, string? format) => Array.IndexOf(Formats, (type, format ?? "")) >= 0;

    /// <summary>Whether a keyword says something about values of a type.</summary>
    public static bool Takes(string type, string keyword) =>
        keyword is "type" or "description" or "nullable" or "format"
        || Array.Exists(Keywords, row => row.Type == type && row.Keywords.Contains(keyword));
}
