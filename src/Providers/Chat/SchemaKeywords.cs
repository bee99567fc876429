using System.Text.Json.Nodes;

namespace ThotNet.Providers.Chat;

/// <summary>Where in a JSON schema other schemas stand.</summary>
internal static class SchemaKeywords
{
    /// <summary>The schemas directly below a keyword.</summary>
    public static IEnumerable<JsonNode> SchemasIn(string keyword, JsonNode? value) => keyword switch
    {
        // Data, which may look like anything.
        "const" or "enum" or "default" or "examples" or "example" => [],
        "properties" or "patternProperties" or "$defs" or "definitions" or "dependentSchemas" or "dependencies" =>
            value is JsonObject named ? named.Select(pair => pair.Value).OfType<JsonObject>() : [],
        _ => value switch
        {
            JsonObject schema => [schema],
            JsonArray schemas => schemas.OfType<JsonObject>(),
            _ => [],
        },
    };
}
