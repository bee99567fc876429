using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>What one named definition holds.</summary>
/// <param name="Name">Its name; never empty.</param>
/// <param name="IsRecursive">Its schema refers to itself.</param>
internal readonly record struct Definition(BodyText Name, bool IsRecursive);

/// <summary>Reads an object with a name and perhaps a schema: a function, a format, or the choice of a tool (wire.md 1.1).</summary>
internal static class DefinitionReader
{
    /// <summary>Reads the value that the reader stands on.</summary>
    /// <param name="reader">Stands on the value.</param>
    /// <param name="facts">Where mistakes are noted.</param>
    /// <param name="param">The path of the value.</param>
    /// <param name="schema">The field that holds the schema.</param>
    /// <param name="definition">What it holds.</param>
    public static bool Read(ref Utf8JsonReader reader, RequestFacts facts, string param, string schema, out Definition definition)
    {
        definition = default;
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{param}' must be an object.", param);
        BodyText? name = null;
        var recursive = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isName = reader.ValueTextEquals("name"u8);
            var isSchema = reader.ValueTextEquals(schema);
            reader.Read();
            if (isName)
                name = Values.HasText(ref reader) ? BodyText.Of(ref reader) : null;
            if (!(isSchema ? SchemaReader.Read(ref reader, facts, $"{param}.{schema}", out recursive) : Values.Skip(ref reader, facts)))
                return false;
        }

        if (name is null)
            return facts.Fail($"'{param}.name' must be a non-empty string.", param + ".name");
        definition = new Definition(name.Value, recursive);
        return true;
    }
}
