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
        var before = facts.ValueCount;
        if (!Values.Object(ref reader, param, facts))
            return false;
        var schema = facts.Body.Span[start..(int)reader.BytesConsumed];
        if (!Refers(schema))
            return true;
        if (facts.ValueCount - before > MaxReferringValues)
            return facts.Fail($"'{param}' holds references and more than {MaxReferringValues} values.", param);
        var problem = SchemaReferences.Check(schema, out isRecursive);
        return problem is null || facts.Fail($"'{param}' {problem}", param);
    }

    // Few schemas hold the word at all, in whatever way it is written; only those are looked through for the name.
    private static bool Refers(ReadOnlySpan<byte> schema)
    {
        if (schema.IndexOf("$ref"u8) < 0 && schema.IndexOf("\\u00"u8) < 0)
            return false;
        var reader = new Utf8JsonReader(schema);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("$ref"u8))
                return true;
        }

        return false;
    }
}
