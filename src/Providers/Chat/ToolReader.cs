using System.Text.Json;

namespace ThotNet.Providers.Chat;

/// <summary>Reads <c>tools</c>, <c>tool_choice</c> and their older forms <c>functions</c>, <c>function_call</c> (wire.md 1.1).</summary>
internal static class ToolReader
{
    /// <summary>Reads <c>tools</c>.</summary>
    public static bool ReadTools(ref Utf8JsonReader reader, RequestFacts facts)
    {
        var start = reader.TokenStartIndex;
        if (!ReadList(ref reader, facts, "tools", ReadTool, out var count))
            return false;
        facts.Tools = count;
        facts.ToolsBytes = reader.BytesConsumed - start;
        return true;
    }

    /// <summary>Reads <c>functions</c>.</summary>
    public static bool ReadFunctions(ref Utf8JsonReader reader, RequestFacts facts)
    {
        var start = reader.TokenStartIndex;
        if (!ReadList(ref reader, facts, "functions", ReadDefinition, out var count))
            return false;
        facts.Functions = count;
        facts.FunctionsBytes = reader.BytesConsumed - start;
        return true;
    }

    /// <summary>Reads <c>tool_choice</c>: a word or an object that names a tool.</summary>
    public static bool ReadToolChoice(ref Utf8JsonReader reader, RequestFacts facts)
    {
        const string Param = "tool_choice";
        facts.ChoiceNeedsTools = false;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.String:
                facts.ChoiceNeedsTools = reader.ValueTextEquals("required"u8);
                return facts.ChoiceNeedsTools || reader.ValueTextEquals("none"u8) || reader.ValueTextEquals("auto"u8)
                    || facts.Fail($"'{Param}' must be 'none', 'auto', 'required' or an object.", Param);
            case JsonTokenType.StartObject:
                facts.ChoiceNeedsTools = true;
                return ReadNamedChoice(ref reader, facts, Param);
            default:
                return facts.Fail($"'{Param}' must be 'none', 'auto', 'required' or an object.", Param);
        }
    }

    /// <summary>Reads <c>function_call</c>: a word or <c>{name}</c>.</summary>
    public static bool ReadFunctionCall(ref Utf8JsonReader reader, RequestFacts facts)
    {
        const string Param = "function_call";
        facts.CallNeedsFunctions = reader.TokenType == JsonTokenType.StartObject;
        return reader.TokenType switch
        {
            JsonTokenType.Null => true,
            JsonTokenType.String when reader.ValueTextEquals("none"u8) || reader.ValueTextEquals("auto"u8) => true,
            JsonTokenType.StartObject => ReadDefinition(ref reader, facts, Param),
            _ => facts.Fail($"'{Param}' must be 'none', 'auto' or an object.", Param),
        };
    }

    private delegate bool ReadItem(ref Utf8JsonReader reader, RequestFacts facts, string param);

    private static bool ReadList(ref Utf8JsonReader reader, RequestFacts facts, string name, ReadItem readItem, out int count)
    {
        count = 0;
        if (reader.TokenType == JsonTokenType.Null)
            return true;
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail($"'{name}' must be an array.", name);
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
                isCustom = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("custom"u8);
                if (!isCustom && !(reader.TokenType == JsonTokenType.String && reader.ValueTextEquals("function"u8)))
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

    // An object with a name and perhaps parameters: a function, a custom tool, or the choice of one.
    private static bool ReadDefinition(ref Utf8JsonReader reader, RequestFacts facts, string param)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{param}' must be an object.", param);
        var hasName = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isName = reader.ValueTextEquals("name"u8);
            var isParameters = reader.ValueTextEquals("parameters"u8);
            reader.Read();
            if (isName)
                hasName = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0;
            if (!(isParameters ? Values.Object(ref reader, param + ".parameters", facts) : Values.Skip(ref reader, facts)))
                return false;
        }

        return hasName || facts.Fail($"'{param}.name' must be a non-empty string.", param + ".name");
    }

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
            hasMode |= isMode && reader.TokenType == JsonTokenType.String
                && (reader.ValueTextEquals("auto"u8) || reader.ValueTextEquals("required"u8));
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
