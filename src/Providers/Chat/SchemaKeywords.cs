using System.Text.Json.Nodes;

namespace ThotNet.Providers.Chat;

/// <summary>Where in a JSON schema other schemas stand.</summary>
internal static class SchemaKeywords
{
    // About what quotes, colon and comma add to a name and its value.
    private const int Punctuation = 4;

    /// <summary>True for a keyword that holds schemas for others to refer to.</summary>
    public static bool HoldsDefinitions(string keyword) => keyword is "$defs" or "definitions";

    /// <summary>The schemas directly below a keyword.</summary>
    public static IEnumerable<JsonNode> SchemasIn(string keyword, JsonNode? value) => value switch
    {
        _ when IsData(keyword) => [],
        JsonObject named when IsMap(keyword) => named.Select(pair => pair.Value).OfType<JsonObject>(),
        JsonObject schema => [schema],
        JsonArray schemas => schemas.OfType<JsonObject>(),
        _ => [],
    };

    /// <summary>Characters of a part, about, without the schemas in it.</summary>
    public static long OwnLength(JsonNode part) => part is JsonObject schema
        ? schema.Sum(pair => pair.Key.Length + Punctuation + OwnLength(pair.Key, pair.Value)) + Punctuation
        : Punctuation;

    private static long OwnLength(string keyword, JsonNode? value) => value switch
    {
        _ when IsData(keyword) => LengthOf(value),
        JsonObject named when IsMap(keyword) => named.Sum(pair => pair.Key.Length + Punctuation + LengthUnlessSchema(pair.Value)),
        JsonObject => 0,
        JsonArray items => items.Sum(item => Punctuation + LengthUnlessSchema(item)),
        _ => LengthOf(value),
    };

    private static long LengthUnlessSchema(JsonNode? value) => value is JsonObject ? 0 : LengthOf(value);

    private static long LengthOf(JsonNode? value) => value?.ToJsonString().Length ?? "null".Length;

    // What stands there may look like anything.
    private static bool IsData(string keyword) => keyword is "const" or "enum" or "default" or "examples" or "example";

    private static bool IsMap(string keyword) =>
        HoldsDefinitions(keyword) || keyword is "properties" or "patternProperties" or "dependentSchemas" or "dependencies";
}
