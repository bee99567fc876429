using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>Writes a JSON object that fits a simple JSON Schema: all its properties, with values of their types.</summary>
internal static class SchemaSample
{
    private const int MaxDepth = 16;

    /// <summary>The object as JSON text; <c>{"answer": text}</c> without a schema that has properties.</summary>
    public static string Make(JsonElement schema, string text)
    {
        var properties = ChatCallReader.Property(schema, "properties");
        var value = schema.ValueKind == JsonValueKind.Undefined ? new JsonObject { ["answer"] = text } : Object(properties, text, 0);
        return value.ToJsonString(Wire.Json);
    }

    private static JsonObject Object(JsonElement properties, string text, int depth)
    {
        var value = new JsonObject();
        if (properties.ValueKind == JsonValueKind.Object && depth < MaxDepth)
        {
            foreach (var property in properties.EnumerateObject())
                value[property.Name] = Value(property.Value, text, depth + 1);
        }

        return value;
    }

    private static JsonNode? Value(JsonElement schema, string text, int depth)
    {
        var options = ChatCallReader.Property(schema, "enum");
        if (options.ValueKind == JsonValueKind.Array && options.GetArrayLength() > 0)
            return JsonNode.Parse(options[0].GetRawText());
        var type = ChatCallReader.Property(schema, "type");
        return (type.ValueKind == JsonValueKind.String ? type.GetString() : null) switch
        {
            "integer" or "number" => 1,
            "boolean" => true,
            "array" => new JsonArray(),
            "object" => Object(ChatCallReader.Property(schema, "properties"), text, depth),
            "null" => null,
            _ => text,
        };
    }
}
