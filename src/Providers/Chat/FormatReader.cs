using System.Text.Json;
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
        facts.FormatBytes = 0;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{Param}' must be an object.", Param);
        var start = reader.TokenStartIndex;
        bool hasType = false, hasSchema = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!ReadField(ref reader, facts, ref hasType, ref hasSchema))
                return false;
        }

        facts.FormatBytes = facts.Format == Capabilities.JsonSchema ? reader.BytesConsumed - start : 0;
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
        return !hasSchema || ReadSchema(ref reader, facts);
    }

    private static bool ReadType(ref Utf8JsonReader reader, RequestFacts facts)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            facts.Format = Capabilities.None;
            if (reader.ValueTextEquals("text"u8))
                return true;
            facts.Format = reader.ValueTextEquals("json_object"u8) ? Capabilities.JsonObject
                : reader.ValueTextEquals("json_schema"u8) ? Capabilities.JsonSchema
                : Capabilities.None;
        }

        return facts.Format != Capabilities.None
            || facts.Fail($"'{Param}.type' must be one of 'text', 'json_object', 'json_schema'.", Param + ".type");
    }

    private static bool ReadSchema(ref Utf8JsonReader reader, RequestFacts facts)
    {
        const string Schema = Param + ".json_schema";
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{Schema}' must be an object.", Schema);
        var hasName = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isName = reader.ValueTextEquals("name"u8);
            var isSchema = reader.ValueTextEquals("schema"u8);
            reader.Read();
            if (isName)
                hasName = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0;
            if (!(isSchema ? Values.Object(ref reader, Schema + ".schema", facts) : Values.Skip(ref reader, facts)))
                return false;
        }

        return hasName || facts.Fail($"'{Schema}.name' must be a non-empty string.", Schema + ".name");
    }
}
