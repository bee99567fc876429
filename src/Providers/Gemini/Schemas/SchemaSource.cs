using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>
/// A caller's schema while it is converted: finds what it refers to, and bounds the work, because references resolved in place can grow without end.
/// </summary>
internal sealed class SchemaSource(JsonElement root)
{
    /// <summary>Most nodes that are converted; what comes after constrains nothing.</summary>
    public const int MaxNodes = 10_000;

    /// <summary>
    /// Most characters that are said more than once: by a reference that is resolved in place, or beside several branches. Without it a long text
    /// and many branches would make a body of gigabytes.
    /// </summary>
    public const int MaxCopied = 500_000;

    /// <summary>Deepest nesting, references resolved.</summary>
    public const int MaxDepth = 64;

    // A reference into the depth of the schema is searched for step by step.
    private const int MaxSearches = 100;

    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private Dictionary<string, JsonElement>? _targets;
    private int _searches;
    private int _nodes;
    private long _copied;

    /// <summary>The whole schema.</summary>
    public JsonElement Root { get; } = root;

    /// <summary>Counts a node; false when there are too many.</summary>
    public bool Take() => ++_nodes <= MaxNodes;

    /// <summary>Counts characters that are said once more; false when there are too many.</summary>
    public bool TakeCopy(long length)
    {
        if (length > MaxCopied - _copied)
            return false;
        _copied += length;
        return true;
    }

    /// <summary>
    /// Begins what a reference stands for; false if that is being converted already, so that it refers to itself, or if too much is said already.
    /// </summary>
    public bool Enter(string reference, JsonElement target) =>
        !_open.Contains(reference) && TakeCopy(JsonMarshal.GetRawUtf8Value(target).Length) && _open.Add(reference);

    /// <summary>Ends what <see cref="Enter"/> began.</summary>
    public void Leave(string reference) => _open.Remove(reference);

    /// <summary>Finds what a reference within the schema stands for.</summary>
    public bool TryResolve(string reference, out JsonElement target)
    {
        _targets ??= IndexDefinitions();
        if (_targets.TryGetValue(reference, out target))
            return true;
        if (++_searches > MaxSearches || !TryWalk(reference, out target))
            return false;
        _targets[reference] = target;
        return true;
    }

    private Dictionary<string, JsonElement> IndexDefinitions()
    {
        var targets = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var place in (ReadOnlySpan<string>)["$defs", "definitions"])
        {
            if (Root.ValueKind != JsonValueKind.Object || !Root.TryGetProperty(place, out var list) || list.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var definition in list.EnumerateObject())
                targets[$"#/{place}/{definition.Name}"] = definition.Value;
        }

        AddAnchors(Root, targets);
        return targets;
    }

    private static void AddAnchors(JsonElement part, Dictionary<string, JsonElement> targets)
    {
        if (part.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in part.EnumerateArray())
                AddAnchors(item, targets);
        }
        else if (part.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in part.EnumerateObject())
            {
                if (field.NameEquals("$anchor"u8) && field.Value.ValueKind == JsonValueKind.String)
                    targets.TryAdd("#" + field.Value.GetString(), part);
                AddAnchors(field.Value, targets);
            }
        }
    }

    private bool TryWalk(string reference, out JsonElement target)
    {
        target = Root;
        if (reference == "#")
            return true;
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            return false;
        foreach (var step in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (!TryStep(ref target, name))
                return false;
        }

        return true;
    }

    private static bool TryStep(ref JsonElement target, string name)
    {
        if (target.ValueKind == JsonValueKind.Object)
            return target.TryGetProperty(name, out target);
        if (target.ValueKind != JsonValueKind.Array
            || !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= target.GetArrayLength())
        {
            return false;
        }

        target = target[index];
        return true;
    }

    /// <summary>The reference of a node.</summary>
    public static bool HasReference(JsonElement schema, [NotNullWhen(true)] out string? reference)
    {
        reference = schema.TryGetProperty("$ref", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return reference is not null;
    }
}
