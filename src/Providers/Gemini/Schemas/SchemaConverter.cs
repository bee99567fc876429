using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>
/// Turns a JSON Schema into Google's own <c>Schema</c>, for models that take no other (wire.md rules 36 to 43). What has no counterpart there is left
/// out. A node is first gathered with all that belongs to it, then finished by <see cref="SchemaFinisher"/>.
/// </summary>
internal sealed class SchemaConverter(SchemaSource source)
{
    private readonly SchemaFinisher _finisher = new(source);

    /// <summary>Converts the schema.</summary>
    /// <returns>Null if it says no more than that it is an object.</returns>
    public JsonObject? Convert()
    {
        var root = Gather(source.Root, 0);
        var isFree = root["properties"] is not JsonObject { Count: > 0 } && !root.ContainsKey("anyOf")
            && (root["type"] is not { } type || (type is JsonValue && (string?)type == "OBJECT"));
        return isFree && !root.ContainsKey("enum") && !root.ContainsKey("items") ? null : _finisher.Finish(root);
    }

    private JsonObject Convert(JsonElement schema, int depth) => _finisher.Finish(Gather(schema, depth));

    private JsonObject Gather(JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > SchemaSource.MaxDepth || !source.Take())
            return Cut(schema);
        var node = SchemaSource.HasReference(schema, out var reference) ? GatherTarget(reference, depth + 1) : [];
        foreach (var field in schema.EnumerateObject())
            Add(node, field, depth + 1);
        if (schema.TryGetProperty("allOf", out var members) && members.ValueKind == JsonValueKind.Array)
        {
            foreach (var member in members.EnumerateArray())
                SchemaNodes.Merge(node, Gather(member, depth + 1));
        }

        AddAlternatives(node, schema, depth + 1);
        return node;
    }

    private JsonObject GatherTarget(string reference, int depth)
    {
        if (!source.TryResolve(reference, out var target))
            return [];
        if (!source.Enter(reference, target))
            return Cut(target);
        var node = Gather(target, depth);
        source.Leave(reference);
        return node;
    }

    // Where a schema refers to itself, or has grown too large, no more is said than the type.
    private JsonObject Cut(JsonElement schema)
    {
        var node = new JsonObject();
        if (schema.ValueKind != JsonValueKind.Object)
            return node;
        if (SchemaSource.HasReference(schema, out var reference) && source.TryResolve(reference, out var target))
            schema = target;
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("type", out var type))
            AddType(node, type);
        else if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out _))
            node["type"] = "OBJECT";
        return node;
    }

    private void Add(JsonObject node, JsonProperty field, int depth)
    {
        var value = field.Value;
        switch (field.Name)
        {
            case "type":
                AddType(node, value);
                break;
            case "nullable" when value.ValueKind == JsonValueKind.True:
                node["nullable"] = true;
                break;
            case "description" or "format" or "pattern" when value.ValueKind == JsonValueKind.String:
                node[field.Name] = value.GetString();
                break;
            case "minimum" or "maximum" or "minItems" or "maxItems" or "minLength" or "maxLength" or "minProperties" or "maxProperties"
                when value.ValueKind == JsonValueKind.Number:
                node[field.Name] = SchemaNodes.Number(value);
                break;
            case "enum" when value.ValueKind == JsonValueKind.Array:
                AddValues(node, value.EnumerateArray());
                break;
            case "const":
                AddValues(node, [value]);
                break;
            case "required" or "propertyOrdering":
                node[field.Name] = SchemaNodes.Strings(value);
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                AddProperties(node, value, depth);
                break;
            case "items" when value.ValueKind == JsonValueKind.Object:
                node["items"] = Convert(value, depth);
                break;
            case "items" or "prefixItems" when value.ValueKind == JsonValueKind.Array:
                AddTuple(node, value, depth);
                break;
        }
    }

    // One type as its name, several as an array of names.
    private static void AddType(JsonObject node, JsonElement type)
    {
        var names = SchemaTypes.FindAll(type);
        if (names.Count > 1 && names.Remove(SchemaTypes.Null))
            node["nullable"] = true;
        if (names.Count == 1)
            node["type"] = names[0];
        else if (names.Count > 1)
            node["type"] = new JsonArray([.. names.Select(name => (JsonNode?)name)]);
    }

    private static void AddValues(JsonObject node, IEnumerable<JsonElement> values)
    {
        var list = new JsonArray();
        bool hasNull = false, hasBool = false;
        foreach (var value in values)
        {
            hasNull |= value.ValueKind == JsonValueKind.Null;
            hasBool |= value.ValueKind is JsonValueKind.True or JsonValueKind.False;

            // An empty text is refused among the values.
            if (value.ValueKind == JsonValueKind.String && !value.ValueEquals(""u8))
                list.Add(value.GetString());
            else if (value.ValueKind == JsonValueKind.Number)
                list.Add(value.GetRawText());
        }

        if (hasNull && list.Count == 0 && !hasBool)
            node.TryAdd("type", SchemaTypes.Null);
        else if (hasNull)
            node["nullable"] = true;
        if (hasBool && list.Count == 0)
            node.TryAdd("type", "BOOLEAN");
        else if (!hasBool && list.Count > 0)
            node["enum"] = list;
    }

    private void AddProperties(JsonObject node, JsonElement map, int depth)
    {
        var properties = (JsonObject?)node["properties"] ?? [];
        foreach (var property in map.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.False)
                properties[property.Name] = Convert(property.Value, depth);
        }

        node["properties"] ??= properties;
    }

    // Google knows one kind of item for an array.
    private void AddTuple(JsonObject node, JsonElement list, int depth)
    {
        var kinds = new JsonArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            var kind = Convert(item, depth);
            if (seen.Add(kind.ToJsonString()))
                kinds.Add((JsonNode)kind);
        }

        if (kinds.Count == 1)
            node["items"] = kinds[0]!.DeepClone();
        else if (kinds.Count > 1)
            node["items"] = new JsonObject { ["anyOf"] = kinds };
    }

    private void AddAlternatives(JsonObject node, JsonElement schema, int depth)
    {
        if (!(schema.TryGetProperty("anyOf", out var list) || schema.TryGetProperty("oneOf", out list)) || list.ValueKind != JsonValueKind.Array)
            return;
        var branches = new JsonArray();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.False)
                continue;
            var branch = Gather(item, depth);
            if (branch.Count == 1 && branch["type"] is JsonValue type && (string?)type == SchemaTypes.Null)
                node["nullable"] = true;
            else
                branches.Add((JsonNode)branch);
        }

        if (branches.Count > 1)
        {
            node["anyOf"] = branches;
        }
        else if (branches.Count == 1)
        {
            var branch = branches[0]!.AsObject();
            branches.Clear();
            SchemaNodes.Merge(node, branch);
        }
    }
}
