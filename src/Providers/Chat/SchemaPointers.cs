using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Chat;

/// <summary>Finds parts of a schema by reference: a JSON pointer or an anchor, written as a URL's fragment.</summary>
internal sealed class SchemaPointers(JsonNode root)
{
    private Dictionary<string, JsonNode>? _anchors;

    /// <summary>The part that a reference leads to, or null if there is none, or none that is a schema.</summary>
    /// <param name="reference">A reference that begins with <c>#</c>.</param>
    public JsonNode? Find(string reference)
    {
        var fragment = Uri.UnescapeDataString(reference[1..]);
        var found = fragment.Length == 0 || fragment[0] == '/' ? Walk(fragment) : FindAnchor(fragment);
        return found is JsonObject || found?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? found : null;
    }

    private JsonNode? Walk(string pointer)
    {
        JsonNode? part = root;
        foreach (var segment in pointer.Split('/').Skip(1))
            part = Step(part, segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));
        return part;
    }

    private static JsonNode? Step(JsonNode? part, string name) => part switch
    {
        JsonObject members => members[name],
        JsonArray items when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
        _ => null,
    };

    private JsonNode? FindAnchor(string name) => (_anchors ??= ReadAnchors()).GetValueOrDefault(name);

    private Dictionary<string, JsonNode> ReadAnchors()
    {
        var anchors = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        var rest = new Stack<JsonNode>([root]);
        while (rest.TryPop(out var part))
        {
            if (part is not JsonObject members)
                continue;
            foreach (var (keyword, value) in members)
            {
                if (keyword == "$anchor" && value?.GetValueKind() == JsonValueKind.String)
                    anchors.TryAdd(value.GetValue<string>(), part);
                foreach (var schema in SchemaKeywords.SchemasIn(keyword, value))
                    rest.Push(schema);
            }
        }

        return anchors;
    }
}
