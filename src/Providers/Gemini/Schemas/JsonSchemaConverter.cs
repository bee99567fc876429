using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>
/// Brings a JSON Schema down to the keywords that Google takes (wire.md 4.2). What has no counterpart there is left out, so that more is allowed,
/// never less.
/// </summary>
internal sealed class JsonSchemaConverter(SchemaSource source)
{
    /// <summary>Converts the schema.</summary>
    public JsonObject Convert() => Convert(source.Root, 0);

    private JsonObject Convert(JsonElement schema, int depth, bool isMember = false)
    {
        var node = new JsonObject();
        if (schema.ValueKind != JsonValueKind.Object || depth > SchemaSource.MaxDepth || !source.Take())
            return node;
        var isReference = SchemaSource.HasReference(schema, out var reference);
        var plain = isReference ? JsonSchemaReference.Rename(reference!) : null;
        if (isReference && plain is null)
            return ConvertTarget(reference!, depth);
        if (isReference)
            node["$ref"] = plain;
        foreach (var field in schema.EnumerateObject())
        {
            // Nothing may stand beside a reference but what begins with a dollar sign.
            if (!isReference || field.Name is ['$', ..] or "definitions")
                Add(node, field, depth + 1);
        }

        if (!isReference && schema.TryGetProperty("allOf", out var members))
            AddMembers(node, members, depth + 1, isMember);
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
            case "$id" or "$anchor" or "title" or "description" or "format" when value.ValueKind == JsonValueKind.String:
                node[field.Name] = value.GetString();
                break;
            case "required" or "propertyOrdering" when value.ValueKind == JsonValueKind.Array:
                node[field.Name] = SchemaNodes.Strings(value);
                break;
            case "minItems" or "maxItems" or "minimum" or "maximum" when value.ValueKind == JsonValueKind.Number:
                node[field.Name] = SchemaNodes.Number(value);
                break;
            case "enum" when value.ValueKind == JsonValueKind.Array:
                AddValues(node, value.EnumerateArray());
                break;
            case "const":
                AddValues(node, [value]);
                break;
            case "additionalProperties" when value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                node[field.Name] = value.GetBoolean();
                break;
            case "items" or "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                node[field.Name] = Convert(value, depth);
                break;
            case "prefixItems" or "items" when value.ValueKind == JsonValueKind.Array:
                node["prefixItems"] = ConvertList(value, depth);
                break;
            case "anyOf" or "oneOf" when value.ValueKind == JsonValueKind.Array:
                node[field.Name] = ConvertList(value, depth);
                break;
            case "properties" when value.ValueKind == JsonValueKind.Object:
                AddMap(node, "properties", value, depth);
                break;
            case "$defs" or "definitions" when value.ValueKind == JsonValueKind.Object:
                AddMap(node, "$defs", value, depth);
                break;
        }
    }

    private void AddMap(JsonObject node, string name, JsonElement map, int depth)
    {
        var converted = (JsonObject?)node[name] ?? [];
        foreach (var item in map.EnumerateObject())
        {
            if (name == "$defs" || item.Value.ValueKind != JsonValueKind.False)
                converted[item.Name] = Convert(item.Value, depth);
        }

        node[name] ??= converted;
    }

    private JsonArray ConvertList(JsonElement list, int depth)
    {
        var converted = new JsonArray();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.False)
                converted.Add((JsonNode)Convert(item, depth));
        }

        return converted;
    }

    private static void AddType(JsonObject node, JsonElement type)
    {
        var names = SchemaTypes.FindAll(type).Select(name => (JsonNode?)SchemaTypes.InJsonSchema(name)).ToArray();
        if (names.Length > 0)
            node["type"] = names.Length == 1 ? names[0] : new JsonArray(names);
    }

    // Google's enum holds strings and numbers. With null it becomes a choice of two; other values are told by their type, or not at all.
    private static void AddValues(JsonObject node, IEnumerable<JsonElement> values)
    {
        var list = new JsonArray();
        bool hasNull = false, hasBool = false, hasOthers = false;
        foreach (var value in values)
        {
            hasNull |= value.ValueKind == JsonValueKind.Null;
            hasBool |= value.ValueKind is JsonValueKind.True or JsonValueKind.False;
            hasOthers |= value.ValueKind is JsonValueKind.Object or JsonValueKind.Array;
            if (value.ValueKind == JsonValueKind.String)
                list.Add(value.GetString());
            else if (value.ValueKind == JsonValueKind.Number)
                list.Add(SchemaNodes.Number(value));
        }

        if (hasOthers || (hasBool && (hasNull || list.Count > 0)))
            return;
        if (list.Count == 0 && hasNull != hasBool)
            node["type"] = hasBool ? "boolean" : "null";
        else if (list.Count > 0 && hasNull)
            node["anyOf"] = new JsonArray(new JsonObject { ["enum"] = list }, new JsonObject { ["type"] = "null" });
        else if (list.Count > 0)
            node["enum"] = list;
    }

    private void AddMembers(JsonObject node, JsonElement members, int depth, bool isMember)
    {
        if (members.ValueKind != JsonValueKind.Array)
            return;
        var canRefer = !isMember && node.All(field => field.Key is "title" or "description");
        if (canRefer && members.GetArrayLength() == 1 && members[0].ValueKind == JsonValueKind.Object
            && SchemaSource.HasReference(members[0], out var only) && JsonSchemaReference.Rename(only) is { } plain)
        {
            node.Clear();
            node["$ref"] = plain;
            return;
        }

        foreach (var member in members.EnumerateArray())
            SchemaNodes.Merge(node, ConvertMember(member, depth));
        SchemaNodes.Distinguish(node, "required");
    }

    // A reference has to be resolved before it can be merged with something.
    private JsonObject ConvertMember(JsonElement member, int depth) =>
        member.ValueKind == JsonValueKind.Object && SchemaSource.HasReference(member, out var reference)
            ? ConvertTarget(reference, depth)
            : Convert(member, depth, isMember: true);

    private JsonObject ConvertTarget(string reference, int depth)
    {
        if (!source.TryResolve(reference, out var target) || depth > SchemaSource.MaxDepth || !source.Enter(reference, target))
            return [];
        var converted = ConvertMember(target, depth + 1);
        source.Leave(reference);
        return converted;
    }
}
