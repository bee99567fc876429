using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>Reads a JSON schema. It is passed over as it stands, unless it refers to parts of itself: then every reference is followed.</summary>
internal static class SchemaReader
{
    /// <summary>Most values and names in all schemas of a request that hold references.</summary>
    public const int MaxValues = 50_000;

    /// <summary>
    /// Most characters, about, of all those schemas when every reference is replaced by what it stands for, as some providers need it.
    /// </summary>
    public const int MaxLength = 1_000_000;

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
        facts.ReferringValues += facts.ValueCount - before;
        if (facts.ReferringValues > MaxValues)
            return facts.Fail($"'{param}' brings the values in schemas with references to more than {MaxValues}.", param);
        var problem = SchemaReferences.Check(schema, out isRecursive, out var length);
        if (problem is not null)
            return facts.Fail($"'{param}' {problem}", param);
        facts.ReferredLength += length;
        return facts.ReferredLength <= MaxLength
            || facts.Fail($"'{param}' has more than {MaxLength} characters when its references are replaced by what they stand for.", param);
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
