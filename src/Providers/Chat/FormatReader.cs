using System.Text.Json;
using ThotNet.Providers.Requests;
using ThotNet.Routing;

namespace ThotNet.Providers.Chat;

/// <summary>Reads <c>response_format</c> (wire.md 1.1).</summary>
internal static class FormatReader
{
    private const string Param = "response_format";

    /// <summary>Reads the value that the reader stands on.</summary>
    public static bool Read(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.Format = Capabilities.None;
        facts.FormatText = default;
        facts.FormatIsRecursive = false;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{Param}' must be an object.", Param);
        var start = (int)reader.TokenStartIndex;
        bool hasType = false, hasSchema = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!ReadField(ref reader, facts, ref hasType, ref hasSchema))
                return false;
        }

        if (facts.Format == Capabilities.JsonSchema)
            facts.Texts.AddJson(facts.Body.Span[start..(int)reader.BytesConsumed], ref facts.FormatText);
        if (!hasType)
            return facts.Fail($"'{Param}.type' is required.", Param + ".type");
        return facts.Format != Capabilities.JsonSchema || hasSchema
            || facts.Fail($"'{Param}.json_schema' is required with the type 'json_schema'.", Param + ".json_schema");
    }

    private static bool ReadField(ref Utf8JsonReader reader, RequestFacts facts, ref bool hasType, ref bool hasSchema)
    {
        if (reader.ValueTextEquals("type"u8))
        {
            reader.Read();
            hasType = true;
            return ReadType(ref reader, facts);
        }

        if (!reader.ValueTextEquals("json_schema"u8))
            return reader.Read() && Values.Skip(ref reader, facts);
        reader.Read();
        hasSchema = reader.TokenType != JsonTokenType.Null;
        if (!hasSchema)
            return true;
        var read = DefinitionReader.Read(ref reader, facts, Param + ".json_schema", "schema", out var definition);
        facts.FormatIsRecursive = definition.IsRecursive;
        return read;
    }

    private static bool ReadType(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.Format = Values.Is(ref reader, "json_object"u8) ? Capabilities.JsonObject
            : Values.Is(ref reader, "json_schema"u8) ? Capabilities.JsonSchema
            : Capabilities.None;
        return facts.Format != Capabilities.None || Values.Is(ref reader, "text"u8)
            || facts.Fail($"'{Param}.type' must be one of 'text', 'json_object', 'json_schema'.", Param + ".type");
    }
}
