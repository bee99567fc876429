using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Chat;

/// <summary>Follows the references of a schema, each part once: they must lead to a part of the same schema. Nothing is ever fetched.</summary>
internal sealed class SchemaReferences
{
    /// <summary>Most parts that the schema may have when every reference is replaced by what it stands for.</summary>
    public const int MaxParts = 50_000;

    private const int ShownLength = 100;

    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false };

    private readonly SchemaPointers _pointers;

    // The parts that are being followed (0), and the size of those that have been.
    private readonly Dictionary<JsonNode, int> _sizes = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<(JsonNode Part, bool IsDone)> _path = new();
    private string? _problem;
    private bool _isRecursive;

    private SchemaReferences(JsonNode root) => _pointers = new SchemaPointers(root);

    /// <summary>Follows the references.</summary>
    /// <param name="schema">A valid JSON object.</param>
    /// <param name="isRecursive">A part of it refers to itself, at once or by way of others.</param>
    /// <returns>What is wrong, in words that follow the schema's path, or null.</returns>
    public static string? Check(ReadOnlySpan<byte> schema, out bool isRecursive)
    {
        isRecursive = false;
        JsonNode root;
        try
        {
            root = JsonNode.Parse(schema, documentOptions: Reading)!;
        }
        catch (JsonException)
        {
            return "holds references and a name that is given twice.";
        }

        var references = new SchemaReferences(root);
        references.Follow(root);
        isRecursive = references._isRecursive;
        return references._problem;
    }

    // Without recursion of our own: a chain of references may be as long as the schema.
    private void Follow(JsonNode root)
    {
        _path.Push((root, false));
        while (_problem is null && _path.TryPop(out var step))
        {
            if (step.IsDone)
                Leave(step.Part);
            else if (!_sizes.TryGetValue(step.Part, out var size))
                Enter(step.Part);
            else
                _isRecursive |= size == 0;
        }
    }

    private void Enter(JsonNode part)
    {
        _sizes[part] = 0;
        _path.Push((part, true));
        foreach (var next in Next(part))
            _path.Push((next, false));
    }

    private void Leave(JsonNode part)
    {
        long size = 1;
        foreach (var next in Next(part, skipsDefinitions: true))
            size += _sizes[next];
        if (size > MaxParts)
            _problem = $"has more than {MaxParts} parts when its references are replaced by what they stand for.";
        _sizes[part] = (int)Math.Min(size, MaxParts);
    }

    // Definitions count where they are referred to.
    private IEnumerable<JsonNode> Next(JsonNode part, bool skipsDefinitions = false)
    {
        if (part is not JsonObject members)
            yield break;
        foreach (var (name, value) in members)
        {
            if (name == "$ref")
            {
                if (Resolve(value) is { } target)
                    yield return target;
                continue;
            }

            if (skipsDefinitions && SchemaKeywords.HoldsDefinitions(name))
                continue;
            foreach (var schema in SchemaKeywords.SchemasIn(name, value))
                yield return schema;
        }
    }

    private JsonNode? Resolve(JsonNode? value)
    {
        if (value?.GetValueKind() != JsonValueKind.String)
        {
            _problem ??= "holds a '$ref' that is not a string.";
            return null;
        }

        var reference = value.GetValue<string>();
        var target = reference.StartsWith('#') ? _pointers.Find(reference) : null;
        if (target is null)
        {
            var shown = reference.Length > ShownLength ? reference[..ShownLength] + "…" : reference;
            _problem ??= reference.StartsWith('#')
                ? $"holds the reference '{shown}', which leads to no part of the schema."
                : $"holds the reference '{shown}'; only references within the schema ('#/…') are followed.";
        }

        return target;
    }
}
