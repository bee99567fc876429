using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Schemas;

/// <summary>Writes a caller's JSON Schema in the form that a generation takes (wire.md 4.2, rules 27, 28, 36 to 43).</summary>
internal static class GeminiSchema
{
    /// <summary>Writes the schema of the answer, unless it says nothing.</summary>
    /// <param name="schema">The schema; empty if there is none.</param>
    /// <param name="generation">The generation of the model.</param>
    /// <param name="writer">Where it goes.</param>
    public static void WriteResponse(ReadOnlySpan<byte> schema, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        if (!JsonBytes.IsObject(schema))
            return;
        if (generation.TakesJsonSchema)
            WriteJsonSchema("responseJsonSchema"u8, schema, writer);
        else
            WriteSchema("responseSchema"u8, schema, writer);
    }

    /// <summary>Writes a function's parameters, unless it has none: older models refuse an object without properties (rule 28).</summary>
    /// <param name="schema">The schema; empty if there is none.</param>
    /// <param name="generation">The generation of the model.</param>
    /// <param name="writer">Where it goes.</param>
    public static void WriteParameters(ReadOnlySpan<byte> schema, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        if (!JsonBytes.IsObject(schema) || IsEmptyObject(schema))
            return;
        if (generation.TakesJsonSchema)
            WriteJsonSchema("parametersJsonSchema"u8, schema, writer);
        else
            WriteSchema("parameters"u8, schema, writer, mustBeObject: true);
    }

    private static void WriteJsonSchema(ReadOnlySpan<byte> name, ReadOnlySpan<byte> schema, Utf8JsonWriter writer)
    {
        if (SubsetScan.Passes(schema))
        {
            writer.WriteRaw(name, schema);
            return;
        }

        var converted = Convert(schema, source => new JsonSchemaConverter(source).Convert());
        writer.WritePropertyName(name);
        (converted ?? new JsonObject { ["type"] = "object" }).WriteTo(writer);
    }

    private static void WriteSchema(ReadOnlySpan<byte> name, ReadOnlySpan<byte> schema, Utf8JsonWriter writer, bool mustBeObject = false)
    {
        var converted = Convert(schema, source => new SchemaConverter(source).Convert());
        if (mustBeObject && converted is not null)
            converted = AsOneObject(converted);
        if (converted is null)
            return;
        writer.WritePropertyName(name);
        converted.WriteTo(writer);
    }

    // Parameters must be one object: of several to choose from all properties are taken, and none is required.
    private static JsonObject? AsOneObject(JsonObject schema)
    {
        if (schema["anyOf"] is not JsonArray branches)
            return (string?)schema["type"] == "OBJECT" ? schema : null;
        var properties = new JsonObject();
        foreach (var branch in branches)
        {
            foreach (var (name, property) in branch?["properties"] as JsonObject ?? [])
                properties.TryAdd(name, property?.DeepClone());
        }

        return properties.Count == 0 ? null : new JsonObject { ["type"] = "OBJECT", ["properties"] = properties };
    }

    private static JsonObject? Convert(ReadOnlySpan<byte> schema, Func<SchemaSource, JsonObject?> convert)
    {
        var reader = new Utf8JsonReader(schema);
        using var document = JsonDocument.ParseValue(ref reader);
        return convert(new SchemaSource(document.RootElement));
    }

    private static bool IsEmptyObject(ReadOnlySpan<byte> schema)
    {
        var reader = new Utf8JsonReader(schema);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIdle = reader.ValueTextEquals("type"u8) || reader.ValueTextEquals("required"u8) || reader.ValueTextEquals("$schema"u8)
                || reader.ValueTextEquals("title"u8) || reader.ValueTextEquals("description"u8);
            var isProperties = reader.ValueTextEquals("properties"u8);
            var isAdditional = reader.ValueTextEquals("additionalProperties"u8);
            var value = JsonBytes.TakeProperty(ref reader, schema);
            if (!isIdle && !(isProperties && !JsonBytes.HasContent(value)) && !(isAdditional && value is [(byte)'f', ..]))
                return false;
        }

        return true;
    }
}
