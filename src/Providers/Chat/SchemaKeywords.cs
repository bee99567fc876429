using System.Text.Json.Nodes;

namespace ThotNet.Providers.Chat;

/// <summary>Where in a JSON schema other schemas stand.</summary>
internal static class SchemaKeywords
{
    /// <summary>True for a keyword that holds schemas for others to refer to.</summary>
    public static bool HoldsDefinitions(string keyword) => keyword is "$defs" or "definitions";

    /// <summary>The schemas directly below a keyword.</summary>
    public static IEnumerable<JsonNode> SchemasIn(string keyword, JsonNode? value) => keyword switch
    {
        // Data, which may look like anything.
        "const" or "enum" or "default" or "examples" or "example" => [],
        "properties" or "patternProperties" or "dependentSchemas" or "dependencies" => Named(value),
        _ when HoldsDefinitions(keyword) => Named(value),
        _ => value switch
        {
            JsonObject schema => [schema],
            JsonArray schemas => schemas.OfType<JsonObject>(),
            _ => [],
        },
    };

    private static IEnumerable<JsonNode> Named(JsonNode? value) =>
        value is JsonObject named ? named.Select(pair => pair.Value).OfType<JsonObject>() : [];
}
