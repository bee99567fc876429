using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>Reads a JSON schema. It is passed over as it stands, unless it refers to parts of itself: then every reference is followed.</summary>
internal static class SchemaReader
{
    /// <summary>Most values and names in a schema that holds references.</summary>
    public const int MaxReferringValues = 20_000;

    /// <summary>Reads the value that the reader stands on; null counts as absent.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="facts">Where values and mistakes are counted.</param>
    /// <param name="param">The path of the value.</param>
    /// <param name="isRecursive">The schema refers to itself.</param>
    public static bool Read(ref Utf8JsonReader reader, RequestFacts facts, string param, out bool isRecursive)
    {
        isRecursive = false;
        var start = (int)reader.TokenStartIndex;
        var before = facts.Values;
        if (!Values.Object(ref reader, param, facts))
            return false;
        var schema = facts.Body.Span[start..(int)reader.BytesConsumed];
        if (!MayRefer(schema))
            return true;
        if (facts.Values - before > MaxReferringValues)
            return facts.Fail($"'{param}' holds references and more than {MaxReferringValues} values.", param);
        var references = new SchemaReferences(schema);
        isRecursive = references.IsRecursive;
        return references.Problem is null || facts.Fail($"'{param}' {references.Problem}", param);
    }

    // A name may be written with escapes.
    private static bool MayRefer(ReadOnlySpan<byte> schema) => schema.IndexOf("$ref"u8) >= 0 || schema.IndexOf("\\u00"u8) >= 0;
}
