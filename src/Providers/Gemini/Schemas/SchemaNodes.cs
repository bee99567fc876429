using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>What the conversions of schemas have in common.</summary>
internal static class SchemaNodes
{
    /// <summary>Adds to a node what another one demands: properties and required names are united, of all else the node's own stays.</summary>
    /// <remarks>The other node is emptied. Names that both require stand there twice: comparing at every merge would cost the square of their number.</remarks>
    public static void Merge(JsonObject node, JsonObject other)
    {
        var fields = other.ToArray();
        other.Clear();
        foreach (var (name, value) in fields)
        {
            if (!node.TryGetPropertyValue(name, out var own))
                node[name] = value;
            else if (own is JsonObject ownMap && value is JsonObject map && name is "properties" or "$defs")
                Unite(own!.AsObject(), value!.AsObject());
            else if (own is JsonArray ownList && value is JsonArray list && name == "required")
                AddAll(ownList, list);
        }
    }

    /// <summary>Leaves each string of a list once.</summary>
    public static void Distinguish(JsonObject node, string name)
    {
        if (node[name] is JsonArray list)
            node[name] = new JsonArray([.. list.Select(item => (string?)item).Distinct().Select(item => (JsonNode?)item)]);
    }

    /// <summary>The strings of an array, each once.</summary>
    public static JsonArray Strings(JsonElement list)
    {
        var strings = new JsonArray();
        if (list.ValueKind != JsonValueKind.Array)
            return strings;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String && seen.Add(item.GetString()!))
                strings.Add(item.GetString());
        }

        return strings;
    }

    /// <summary>A number as it stands.</summary>
    public static JsonNode Number(JsonElement number) => JsonValue.Create(number.Clone())!;

    private static void Unite(JsonObject map, JsonObject other)
    {
        var fields = other.ToArray();
        other.Clear();
        foreach (var (name, value) in fields)
            map.TryAdd(name, value);
    }

    private static void AddAll(JsonArray list, JsonArray other)
    {
        foreach (var item in other)
            list.Add((string?)item);
    }
}
