using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The rules of Google's <c>Schema</c> beyond its fields and their types, which its shape knows (wire.md 4.2, rules 36 to 43).</summary>
internal static class SchemaRules
{
    public static Problem? Check(JsonObject schema, string path)
    {
        if (CheckNode(schema, $"* GenerateContentRequest.{path}") is { } problem)
            return problem;
        foreach (var (child, at) in Children(schema, path))
        {
            if (Check(child, at) is { } inner)
                return inner;
        }

        return null;
    }

    private static Problem? CheckNode(JsonObject schema, string path)
    {
        var type = (string?)schema["type"];
        var format = (string?)schema["format"];
        var properties = schema["properties"] as JsonObject;
        if (type == "OBJECT" && properties is not { Count: > 0 })
            return new($"{path}.properties: should be non-empty for OBJECT type\n");
        if (type == "ARRAY" && !schema.ContainsKey("items"))
            return new($"{path}.items: missing field.\n");
        if (schema.ContainsKey("enum") && type is not (null or "STRING"))
            return new($"{path}.enum: only allowed for STRING type\n");
        if (Rules.Texts(schema["enum"]).Contains(""))
            return new($"{path}.enum: cannot be empty\n");
        if (type == "STRING" && format is not (null or "enum" or "date-time"))
            return new($"{path}.format: only 'enum' and 'date-time' are supported for STRING type\n");
        return Rules.Texts(schema["required"]).FirstOrDefault(name => properties?.ContainsKey(name) is not true) is { } missing
            ? new($"{path}.required: property '{missing}' is not defined\n")
            : null;
    }

    private static IEnumerable<(JsonObject Child, string Path)> Children(JsonObject schema, string path)
    {
        foreach (var (name, property) in schema["properties"] as JsonObject ?? [])
            yield return (property!.AsObject(), $"{path}.properties[{name}]");
        if (schema["items"] is JsonObject items)
            yield return (items, $"{path}.items");
        var index = 0;
        foreach (var branch in Rules.Objects(schema["anyOf"]))
            yield return (branch, $"{path}.any_of[{index++}]");
    }
}
