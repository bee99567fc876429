using System.Buffers;
using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>Reads <c>tools</c> and their older form <c>functions</c> (wire.md 1.1).</summary>
internal static class ToolReader
{
    private const int MaxNameLength = 64;

    // OpenAI's, with the dot and the colon that others take as well.
    private static readonly SearchValues<byte> NameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:"u8);

    private delegate bool ReadItem(ref Utf8JsonReader reader, RequestFacts facts, string param, DefinitionFacts list);

    /// <summary>Reads <c>tools</c>.</summary>
    public static bool ReadTools(ref Utf8JsonReader reader, RequestFacts facts) =>
        ReadList(ref reader, facts, "tools", ReadTool, out facts.Tools);

    /// <summary>Reads <c>functions</c>.</summary>
    public static bool ReadFunctions(ref Utf8JsonReader reader, RequestFacts facts) =>
        ReadList(ref reader, facts, "functions", ReadFunction, out facts.Functions);

    private static bool ReadList(ref Utf8JsonReader reader, RequestFacts facts, string name, ReadItem readItem, out DefinitionFacts? list)
    {
        list = null;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail($"'{name}' must be an array.", name);
        list = new DefinitionFacts();
        var start = (int)reader.TokenStartIndex;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; list.Count++)
        {
            if (list.Count == ChatRequestReader.MaxTools)
                return facts.Fail($"'{name}' may hold at most {ChatRequestReader.MaxTools} entries.", name);
            var param = $"{name}[{list.Count}]";
            if (reader.TokenType != JsonTokenType.StartObject)
                return facts.Fail($"'{param}' must be an object.", param);
            if (!readItem(ref reader, facts, param, list))
                return false;
        }

        facts.Texts.AddJson(facts.Body.Span[start..(int)reader.BytesConsumed], ref list.Text);
        return true;
    }

    private static bool ReadFunction(ref Utf8JsonReader reader, RequestFacts facts, string param, DefinitionFacts list) =>
        DefinitionReader.Read(ref reader, facts, param, "parameters", out var definition)
        && Add(definition, isCustom: false, param, facts, list);

    private static bool ReadTool(ref Utf8JsonReader reader, RequestFacts facts, string param, DefinitionFacts list)
    {
        bool hasType = false, isCustom = false;
        Definition? function = null, custom = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isFunctionField = reader.ValueTextEquals("function"u8);
            var isCustomField = reader.ValueTextEquals("custom"u8);
            reader.Read();
            if (isType)
            {
                hasType = true;
                isCustom = Values.Is(ref reader, "custom"u8);
                if (!isCustom && !Values.Is(ref reader, "function"u8))
                    return facts.Fail($"'{param}.type' must be 'function' or 'custom'.", param + ".type");
            }
            else if (!(isFunctionField ? ReadDefinition(ref reader, facts, param + ".function", out function)
                : isCustomField ? ReadDefinition(ref reader, facts, param + ".custom", out custom)
                : Values.Skip(ref reader, facts)))
            {
                return false;
            }
        }

        if (!hasType)
            return facts.Fail($"'{param}.type' is required.", param + ".type");
        list.FirstCustom ??= isCustom ? param : null;
        var field = param + (isCustom ? ".custom" : ".function");
        return (isCustom ? custom : function) is { } definition
            ? Add(definition, isCustom, field, facts, list)
            : facts.Fail($"'{field}' is required.", field);
    }

    private static bool ReadDefinition(ref Utf8JsonReader reader, RequestFacts facts, string param, out Definition? definition)
    {
        var read = DefinitionReader.Read(ref reader, facts, param, "parameters", out var found);
        definition = found;
        return read;
    }

    private static bool Add(Definition definition, bool isCustom, string param, RequestFacts facts, DefinitionFacts list)
    {
        if (!isCustom && !IsFunctionName(definition.Name, facts.Body.Span))
            return facts.Fail($"'{param}.name' must be at most {MaxNameLength} letters, digits, dashes, underscores, dots and colons.", param + ".name");
        list.FirstRecursive ??= definition.IsRecursive ? param + ".parameters" : null;
        return list.Add(definition.Name, isCustom, facts.Body.Span)
            || facts.Fail($"'{param}.name' is the name of another entry.", param + ".name");
    }

    private static bool IsFunctionName(BodyText name, ReadOnlySpan<byte> body)
    {
        using var text = UnescapedText.OrEmpty(name.In(body));
        return text.Bytes.Length <= MaxNameLength && !text.Bytes.ContainsAnyExcept(NameCharacters);
    }
}
