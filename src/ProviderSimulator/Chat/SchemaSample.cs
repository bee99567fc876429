using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Dialects;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>
/// Writes a JSON value that fits a simple JSON Schema, or Google's <c>Schema</c> with type names in capitals: of objects all properties,
/// with values of their types; the first of several options.
/// </summary>
internal static class SchemaSample
{
    private const int MaxDepth = 16;

    /// <summary>Most references that are followed one within the other: what comes deeper is left out, as recursion ends somewhere.</summary>
    private const int MaxReferences = 4;

    /// <summary>The value as JSON text; <c>{"answer": text}</c> without a schema.</summary>
    public static string Make(JsonElement schema, string text)
    {
        if (schema.ValueKind == JsonValueKind.Undefined)
            return new JsonObject { ["answer"] = text }.ToJsonString(Wire.Json);
        var references = 0;
        var target = Resolve(schema, schema, ref references);
        var isObject = TypeOf(target) is null or "object" && ChatCallReader.Property(target, "enum").ValueKind != JsonValueKind.Array;
        var value = isObject ? Object(target, text, schema, 0, references) : Value(target, text, schema, 0, references);
        return value?.ToJsonString(Wire.Json) ?? "null";
    }

    private static JsonObject Object(JsonElement schema, string text, JsonElement root, int depth, int references)
    {
        var value = new JsonObject();
        var properties = ChatCallReader.Property(schema, "properties");
        if (properties.ValueKind == JsonValueKind.Object && depth < MaxDepth)
        {
            foreach (var property in properties.EnumerateObject())
            {
                var followed = references;
                var target = Resolve(property.Value, root, ref followed);
                if (followed <= MaxReferences)
                    value[property.Name] = Value(target, text, root, depth + 1, followed);
            }
        }

        return value;
    }

    private static JsonNode? Value(JsonElement schema, string text, JsonElement root, int depth, int references)
    {
        var options = ChatCallReader.Property(schema, "enum");
        if (options.ValueKind == JsonValueKind.Array && options.GetArrayLength() > 0)
            return JsonNode.Parse(options[0].GetRawText());
        return TypeOf(schema) switch
        {
            "integer" or "number" => 1,
            "boolean" => true,
            "array" => new JsonArray(),
            "object" => Object(schema, text, root, depth, references),
            "null" => null,
            _ => text,
        };
    }

    private static string? TypeOf(JsonElement schema)
    {
        var type = ChatCallReader.Property(schema, "type");
        if (type.ValueKind == JsonValueKind.Array && type.GetArrayLength() > 0)
            type = type[0];
        return type.ValueKind == JsonValueKind.String ? type.GetString()!.ToLowerInvariant() : null;
    }

    /// <summary>Follows references into <c>$defs</c> and takes the first branch of <c>anyOf</c> and <c>oneOf</c>.</summary>
    private static JsonElement Resolve(JsonElement schema, JsonElement root, ref int references)
    {
        while (references <= MaxReferences)
        {
            if (ChatCallReader.Property(schema, "$ref") is { ValueKind: JsonValueKind.String } reference)
            {
                var name = reference.GetString()!;
                schema = name == "#" ? root : ChatCallReader.Property(ChatCallReader.Property(root, "$defs"), name.Split('/')[^1]);
                references++;
            }
            else if (Branches(schema) is { } branches)
            {
                schema = branches[0];
            }
            else
            {
                break;
            }
        }

        return schema;
    }

    private static JsonElement? Branches(JsonElement schema)
    {
        foreach (var keyword in (string[])["anyOf", "oneOf"])
        {
            if (ChatCallReader.Property(schema, keyword) is { ValueKind: JsonValueKind.Array } branches && branches.GetArrayLength() > 0)
                return branches;
        }

        return null;
    }
}
