using System.Text.Json.Nodes;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>
/// Finishes a node of Google's <c>Schema</c>: exactly one type, only what fits it, and nothing beside <c>anyOf</c> (wire.md rules 38 to 42).
/// </summary>
internal sealed class SchemaFinisher(SchemaSource source)
{
    /// <summary>Finishes a node; its children are finished already, its branches are not.</summary>
    public JsonObject Finish(JsonObject node)
    {
        if (node["anyOf"] is JsonArray branches && node.Remove("anyOf"))
            return FinishBranches(node, branches);
        if (node["type"] is JsonArray types)
            return FinishTypes(node, types);
        var type = (string?)node["type"] ?? Infer(node);

        // An object without properties is refused, so a free one can only come as text (rule 28).
        if (type == "OBJECT" && node["properties"] is not JsonObject { Count: > 0 })
            type = "STRING";

        // An enum can only hold strings, whatever its values were (rule 40).
        if (node.ContainsKey("enum") && type is "NUMBER" or "INTEGER")
            type = "STRING";
        node["type"] = type;
        foreach (var (name, _) in node.ToArray())
        {
            if (!SchemaTypes.Takes(type, name))
                node.Remove(name);
        }

        if (!SchemaTypes.Has(type, (string?)node["format"]))
            node.Remove("format");
        if (type == "OBJECT")
            FinishObject(node);
        if (type == "ARRAY" && !node.ContainsKey("items"))
            node["items"] = new JsonObject { ["type"] = "STRING" };
        return node;
    }

    // What stands beside the branches goes into each of them, because beside anyOf nothing may stand.
    private JsonObject FinishBranches(JsonObject node, JsonArray branches)
    {
        var all = branches.Select(branch => branch!.AsObject()).ToList();
        branches.Clear();
        if (!source.TakeCopy((long)node.ToJsonString().Length * all.Count))
            return Finish(node);
        var finished = new JsonArray();
        foreach (var branch in all)
        {
            SchemaNodes.Merge(branch, node.DeepClone().AsObject());
            finished.Add((JsonNode)Finish(branch));
        }

        return new JsonObject { ["anyOf"] = finished };
    }

    private JsonObject FinishTypes(JsonObject node, JsonArray types)
    {
        node.Remove("type");
        if (!source.TakeCopy((long)node.ToJsonString().Length * types.Count))
            return Finish(node);
        var finished = new JsonArray();
        foreach (var type in types)
        {
            var branch = node.DeepClone().AsObject();
            branch["type"] = type!.DeepClone();
            finished.Add((JsonNode)Finish(branch));
        }

        return new JsonObject { ["anyOf"] = finished };
    }

    private static void FinishObject(JsonObject node)
    {
        var properties = node["properties"]!.AsObject();
        Keep(node, "required", properties);
        Keep(node, "propertyOrdering", properties);
        if (properties.Count > 1 && !node.ContainsKey("propertyOrdering"))
            node["propertyOrdering"] = new JsonArray([.. properties.Select(property => (JsonNode?)property.Key)]);
    }

    // Names that are no properties are refused.
    private static void Keep(JsonObject node, string name, JsonObject properties)
    {
        if (node[name] is not JsonArray names)
            return;
        var known = names.Select(item => (string?)item).Where(item => item is not null && properties.ContainsKey(item)).Distinct().ToList();
        if (known.Count == 0)
            node.Remove(name);
        else
            node[name] = new JsonArray([.. known.Select(item => (JsonNode?)item)]);
    }

    private static string Infer(JsonObject node) =>
        node.ContainsKey("properties") ? "OBJECT"
        : node.ContainsKey("items") ? "ARRAY"
        : node.ContainsKey("minimum") || node.ContainsKey("maximum") ? "NUMBER"
        : "STRING";
}
