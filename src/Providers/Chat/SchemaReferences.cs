using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Chat;

/// <summary>Follows the references of a schema, each part once: they must lead to a part of the same schema. Nothing is ever fetched.</summary>
internal sealed class SchemaReferences
{
    // Larger than any sum of sizes can grow in one step.
    private const long MostLength = int.MaxValue;

    private const int ShownLength = 100;

    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false };

    private readonly SchemaPointers _pointers;

    // The parts that are being followed (0), and the length of those that have been, with what they refer to.
    private readonly Dictionary<JsonNode, long> _lengths = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<(JsonNode Part, bool IsDone)> _path = new();
    private string? _problem;
    private bool _isRecursive;

    private SchemaReferences(JsonNode root) => _pointers = new SchemaPointers(root);

    /// <summary>Follows the references.</summary>
    /// <param name="schema">A valid JSON object.</param>
    /// <param name="isRecursive">A part of it refers to itself, at once or by way of others.</param>
    /// <param name="length">Characters that it has, about, when every reference is replaced by what it stands for.</param>
    /// <returns>What is wrong, in words that follow the schema's path, or null.</returns>
    public static string? Check(ReadOnlySpan<byte> schema, out bool isRecursive, out long length)
    {
        isRecursive = false;
        length = 0;
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
        length = references._lengths.GetValueOrDefault(root);
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
            else if (!_lengths.TryGetValue(step.Part, out var length))
                Enter(step.Part);
            else
                _isRecursive |= length == 0;
        }
    }

    private void Enter(JsonNode part)
    {
        _lengths[part] = 0;
        _path.Push((part, true));
        foreach (var next in Next(part))
            _path.Push((next, false));
    }

    private void Leave(JsonNode part)
    {
        var length = SchemaKeywords.OwnLength(part);
        foreach (var next in Next(part, skipsDefinitions: true))
            length += _lengths[next];
        _lengths[part] = Math.Min(length, MostLength);
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
