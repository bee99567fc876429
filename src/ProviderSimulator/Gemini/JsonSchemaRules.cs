using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The part of JSON Schema that <c>responseJsonSchema</c> and <c>parametersJsonSchema</c> take (wire.md 4.2).</summary>
internal sealed class JsonSchemaRules
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items", "prefixItems", "minItems", "maxItems",
        "minimum", "maximum", "anyOf", "oneOf", "properties", "additionalProperties", "required", "propertyOrdering",
    };

    private static readonly HashSet<string> Types = new(StringComparer.Ordinal)
    {
        "string", "number", "integer", "boolean", "array", "object", "null",
    };

    private readonly JsonObject _root;
    private readonly HashSet<JsonNode> _finite = [];

    private JsonSchemaRules(JsonObject root) => _root = root;

    public static Problem? Check(JsonNode? schema, string path)
    {
        if (schema is not JsonObject root)
            return new($"* GenerateContentRequest.{path}: must be a schema object\n");
        var rules = new JsonSchemaRules(root);
        return rules.CheckNode(root, $"* GenerateContentRequest.{path}") ?? rules.CheckRecursion(root, path);
    }

    private Problem? CheckNode(JsonNode? node, string path)
    {
        if (node is not JsonObject schema)
            return new($"{path}: must be a schema object\n");
        if (schema.Select(entry => entry.Key).FirstOrDefault(key => !Keywords.Contains(key)) is { } unsupported)
            return new($"{path}: unsupported keyword '{unsupported}'\n");
        return CheckReference(schema, path) ?? CheckValues(schema, path) ?? CheckChildren(schema, path);
    }

    private Problem? CheckReference(JsonObject schema, string path)
    {
        if (!schema.TryGetPropertyValue("$ref", out var reference))
            return null;
        if (schema.Any(entry => !entry.Key.StartsWith('$')))
            return new($"{path}: a schema with $ref must have no other fields but those beginning with $\n");
        return Target(reference) is null ? new($"{path}.$ref: '{reference}' does not refer to a definition\n") : null;
    }

    private static Problem? CheckValues(JsonObject schema, string path)
    {
        if (schema.TryGetPropertyValue("type", out var type) && !IsType(type))
            return new($"{path}.type: must be a type name or a list of them\n");
        if (schema.TryGetPropertyValue("enum", out var values)
            && !(values is JsonArray { Count: > 0 } list && list.All(value => KindOf(value) is JsonValueKind.String or JsonValueKind.Number)))
            return new($"{path}.enum: must be a list of strings or numbers\n");
        foreach (var name in (string[])["required", "propertyOrdering"])
        {
            if (schema.TryGetPropertyValue(name, out var names)
                && !(names is JsonArray texts && texts.All(text => KindOf(text) == JsonValueKind.String)))
                return new($"{path}.{name}: must be a list of strings\n");
        }

        return schema.TryGetPropertyValue("properties", out var properties) && properties is not JsonObject
            ? new($"{path}.properties: must be an object\n")
            : null;
    }

    private Problem? CheckChildren(JsonObject schema, string path)
    {
        foreach (var (child, at) in Children(schema, path))
        {
            if (CheckNode(child, at) is { } problem)
                return problem;
        }

        return null;
    }

    private static IEnumerable<(JsonNode? Child, string Path)> Children(JsonObject schema, string path)
    {
        foreach (var group in (string[])["properties", "$defs"])
        {
            foreach (var (name, child) in schema[group] as JsonObject ?? [])
                yield return (child, $"{path}.{group}.{name}");
        }

        foreach (var group in (string[])["anyOf", "oneOf", "prefixItems"])
        {
            foreach (var child in schema[group] as JsonArray ?? [])
                yield return (child, $"{path}.{group}");
        }

        if (schema.TryGetPropertyValue("items", out var items))
            yield return (items, $"{path}.items");
        if (schema.TryGetPropertyValue("additionalProperties", out var more)
            && KindOf(more) is not (JsonValueKind.True or JsonValueKind.False))
            yield return (more, $"{path}.additionalProperties");
    }

    /// <summary>A schema must not need itself: recursion only in optional places.</summary>
    private Problem? CheckRecursion(JsonObject root, string path) =>
        Needs(root, []) || (root["$defs"] as JsonObject ?? []).Any(entry => Needs(entry.Value, []))
            ? new($"* GenerateContentRequest.{path}: recursive references are only allowed in optional properties\n")
            : null;

    /// <summary>Whether a schema needs itself or one of those that it is <paramref name="within"/>.</summary>
    private bool Needs(JsonNode? node, List<JsonNode> within)
    {
        if (node is not JsonObject schema || _finite.Contains(schema))
            return false;
        if (within.Contains(schema))
            return true;
        List<JsonNode> deeper = [.. within, schema];
        var endless = schema.TryGetPropertyValue("$ref", out var reference)
            ? Needs(Target(reference), deeper)
            : schema["properties"] is JsonObject properties
                && Rules.Texts(schema["required"]).Any(name => Needs(properties[name], deeper));
        if (!endless)
            _finite.Add(schema);
        return endless;
    }

    private JsonObject? Target(JsonNode? reference)
    {
        const string Definitions = "#/$defs/";
        if (KindOf(reference) != JsonValueKind.String || (string)reference! is not { } name)
            return null;
        if (name == "#")
            return _root;
        return name.StartsWith(Definitions, StringComparison.Ordinal)
            ? (_root["$defs"] as JsonObject)?[name[Definitions.Length..]] as JsonObject
            : null;
    }

    private static bool IsType(JsonNode? type) => type is JsonArray { Count: > 0 } list
        ? list.All(IsTypeName)
        : IsTypeName(type);

    private static bool IsTypeName(JsonNode? type) => KindOf(type) == JsonValueKind.String && Types.Contains((string)type!);

    private static JsonValueKind KindOf(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;
}
