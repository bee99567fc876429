using System.Text.Json;

namespace ThotNet.Providers.Chat;

/// <summary>Reads <c>tools</c>, <c>tool_choice</c> and their older forms <c>functions</c>, <c>function_call</c> (wire.md 1.1).</summary>
internal static class ToolReader
{
    /// <summary>Reads <c>tools</c>.</summary>
    public static bool ReadTools(ref Utf8JsonReader reader, RequestFacts facts) =>
        ReadList(ref reader, facts, "tools", ReadTool, out facts.Tools);

    /// <summary>Reads <c>functions</c>.</summary>
    public static bool ReadFunctions(ref Utf8JsonReader reader, RequestFacts facts) =>
        ReadList(ref reader, facts, "functions", ReadDefinition, out facts.Functions);

    /// <summary>Reads <c>tool_choice</c>: a word or an object that names a tool.</summary>
    public static bool ReadToolChoice(ref Utf8JsonReader reader, RequestFacts facts)
    {
        const string Param = "tool_choice";
        facts.ChoiceNeedsTools = reader.TokenType == JsonTokenType.StartObject || Values.Is(ref reader, "required"u8);
        return reader.TokenType switch
        {
            JsonTokenType.Null => true,
            JsonTokenType.StartObject => ReadNamedChoice(ref reader, facts, Param),
            _ => facts.ChoiceNeedsTools || Values.Is(ref reader, "none"u8) || Values.Is(ref reader, "auto"u8)
                || facts.Fail($"'{Param}' must be 'none', 'auto', 'required' or an object.", Param),
        };
    }

    /// <summary>Reads <c>function_call</c>: a word or <c>{name}</c>.</summary>
    public static bool ReadFunctionCall(ref Utf8JsonReader reader, RequestFacts facts)
    {
        const string Param = "function_call";
        facts.CallNeedsFunctions = reader.TokenType == JsonTokenType.StartObject;
        return reader.TokenType switch
        {
            JsonTokenType.Null => true,
            JsonTokenType.StartObject => ReadDefinition(ref reader, facts, Param),
            _ => Values.Is(ref reader, "none"u8) || Values.Is(ref reader, "auto"u8)
                || facts.Fail($"'{Param}' must be 'none', 'auto' or an object.", Param),
        };
    }

    private delegate bool ReadItem(ref Utf8JsonReader reader, RequestFacts facts, string param);

    private static bool ReadList(ref Utf8JsonReader reader, RequestFacts facts, string name, ReadItem readItem, out DefinitionFacts list)
    {
        list = default;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail($"'{name}' must be an array.", name);
        var start = reader.TokenStartIndex;
        var count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count == ChatRequestReader.MaxTools)
                return facts.Fail($"'{name}' may hold at most {ChatRequestReader.MaxTools} entries.", name);
            var param = $"{name}[{count}]";
            if (reader.TokenType != JsonTokenType.StartObject)
                return facts.Fail($"'{param}' must be an object.", param);
            if (!readItem(ref reader, facts, param))
                return false;
        }

        list = new DefinitionFacts(count, reader.BytesConsumed - start);
        return true;
    }

    private static bool ReadTool(ref Utf8JsonReader reader, RequestFacts facts, string param)
    {
        bool hasType = false, isCustom = false, hasFunction = false, hasCustom = false;
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
            else if (isFunctionField || isCustomField)
            {
                hasFunction |= isFunctionField;
                hasCustom |= isCustomField;
                if (!ReadDefinition(ref reader, facts, param + (isCustomField ? ".custom" : ".function")))
                    return false;
            }
            else if (!Values.Skip(ref reader, facts))
            {
                return false;
            }
        }

        if (!hasType)
            return facts.Fail($"'{param}.type' is required.", param + ".type");
        var field = isCustom ? ".custom" : ".function";
        return (isCustom ? hasCustom : hasFunction) || facts.Fail($"'{param}{field}' is required.", param + field);
    }

    // A function, a custom tool, or the choice of one.
    private static bool ReadDefinition(ref Utf8JsonReader reader, RequestFacts facts, string param) =>
        Values.Named(ref reader, param, "parameters", facts);

    private static bool ReadNamedChoice(ref Utf8JsonReader reader, RequestFacts facts, string param)
    {
        string? type = null, found = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var field = FindChoice(ref reader);
            reader.Read();
            if (isType)
            {
                type = reader.TokenType == JsonTokenType.String ? FindChoice(ref reader) : null;
                if (type is null)
                    return facts.Fail($"'{param}.type' must be one of 'function', 'allowed_tools', 'custom'.", param + ".type");
            }
            else
            {
                found = field ?? found;
                if (!(field is null ? Values.Skip(ref reader, facts) : ReadChosen(ref reader, facts, param + "." + field, field)))
                    return false;
            }
        }

        if (type is null)
            return facts.Fail($"'{param}.type' is required.", param + ".type");
        return found == type || facts.Fail($"'{param}.{type}' is required.", $"{param}.{type}");
    }

    private static bool ReadChosen(ref Utf8JsonReader reader, RequestFacts facts, string param, string field)
    {
        if (field != "allowed_tools")
            return ReadDefinition(ref reader, facts, param);
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{param}' must be an object.", param);
        bool hasMode = false, hasTools = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isMode = reader.ValueTextEquals("mode"u8);
            var isTools = reader.ValueTextEquals("tools"u8);
            reader.Read();
            hasMode |= isMode && (Values.Is(ref reader, "auto"u8) || Values.Is(ref reader, "required"u8));
            hasTools |= isTools && reader.TokenType == JsonTokenType.StartArray;
            if (!Values.Skip(ref reader, facts))
                return false;
        }

        return (hasMode || facts.Fail($"'{param}.mode' must be 'auto' or 'required'.", param + ".mode"))
            && (hasTools || facts.Fail($"'{param}.tools' must be an array.", param + ".tools"));
    }

    private static string? FindChoice(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("function"u8) ? "function"
        : reader.ValueTextEquals("allowed_tools"u8) ? "allowed_tools"
        : reader.ValueTextEquals("custom"u8) ? "custom"
        : null;
}
