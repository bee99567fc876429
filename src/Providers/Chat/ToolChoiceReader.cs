using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Chat;

/// <summary>Reads <c>tool_choice</c> and its older form <c>function_call</c> (wire.md 1.1).</summary>
internal static class ToolChoiceReader
{
    private const string Choice = "tool_choice";
    private const string Call = "function_call";

    /// <summary>Reads <c>tool_choice</c>: a word or an object that names tools.</summary>
    public static bool ReadToolChoice(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.ChosenTools = [];
        facts.ChoiceNeedsTools = reader.TokenType == JsonTokenType.StartObject || Values.Is(ref reader, "required"u8);
        return reader.TokenType switch
        {
            JsonTokenType.Null => true,
            JsonTokenType.StartObject => ReadObject(ref reader, facts),
            _ => facts.ChoiceNeedsTools || Values.Is(ref reader, "none"u8) || Values.Is(ref reader, "auto"u8)
                || facts.Fail($"'{Choice}' must be 'none', 'auto', 'required' or an object.", Choice),
        };
    }

    /// <summary>Reads <c>function_call</c>: a word or <c>{name}</c>.</summary>
    public static bool ReadFunctionCall(ref Utf8JsonReader reader, RequestFacts facts)
    {
        facts.ChosenFunction = null;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return true;
            case JsonTokenType.StartObject when DefinitionReader.Read(ref reader, facts, Call, "parameters", out var chosen):
                facts.ChosenFunction = chosen.Name;
                return true;
            case JsonTokenType.StartObject:
                return false;
            default:
                return Values.Is(ref reader, "none"u8) || Values.Is(ref reader, "auto"u8)
                    || facts.Fail($"'{Call}' must be 'none', 'auto' or an object.", Call);
        }
    }

    /// <summary>Checks that the tools that are chosen are there; they may stand after the choice.</summary>
    public static bool Check(RequestFacts facts)
    {
        if (facts.ChoiceNeedsTools && facts.Tools is not { Count: > 0 })
            return facts.Fail($"'{Choice}' asks for a tool, but there are no 'tools'.", Choice);
        foreach (var (param, isCustom, name) in facts.ChosenTools)
        {
            if ((isCustom ? facts.Tools!.Customs : facts.Tools!.Functions).IndexOf(name, facts.Body.Span) < 0)
                return facts.Fail($"'{param}' is the name of none of the {(isCustom ? "custom tools" : "functions")} in 'tools'.", param);
        }

        if (facts.ChosenFunction is not { } function)
            return true;
        if (facts.Functions is not { Count: > 0 })
            return facts.Fail($"'{Call}' asks for a function, but there are no 'functions'.", Call);
        return facts.Functions.Functions.IndexOf(function, facts.Body.Span) >= 0
            || facts.Fail($"'{Call}.name' is the name of none of the 'functions'.", Call + ".name");
    }

    private static bool ReadObject(ref Utf8JsonReader reader, RequestFacts facts)
    {
        string? type = null;
        ChosenTool? function = null, custom = null;
        List<ChosenTool>? allowed = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var field = FindType(ref reader);
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType)
            {
                type = reader.TokenType == JsonTokenType.String ? FindType(ref reader) : null;
                if (type is null)
                    return facts.Fail($"'{Choice}.type' must be one of 'function', 'allowed_tools', 'custom'.", Choice + ".type");
            }
            else if (!(field switch
            {
                "function" => ReadName(ref reader, facts, Choice + ".function", false, out function),
                "custom" => ReadName(ref reader, facts, Choice + ".custom", true, out custom),
                "allowed_tools" => ReadAllowed(ref reader, facts, out allowed),
                _ => Values.Skip(ref reader, facts),
            }))
            {
                return false;
            }
        }

        if (type is null)
            return facts.Fail($"'{Choice}.type' is required.", Choice + ".type");
        if (type == "allowed_tools" && allowed is not null)
            facts.ChosenTools = allowed;
        else if ((type == "function" ? function : type == "custom" ? custom : null) is { } named)
            facts.ChosenTools = [named];
        else
            return facts.Fail($"'{Choice}.{type}' is required.", $"{Choice}.{type}");
        return true;
    }

    private static bool ReadName(ref Utf8JsonReader reader, RequestFacts facts, string param, bool isCustom, out ChosenTool? tool)
    {
        tool = null;
        if (!DefinitionReader.Read(ref reader, facts, param, "parameters", out var definition))
            return false;
        tool = new ChosenTool(param + ".name", isCustom, definition.Name);
        return true;
    }

    private static bool ReadAllowed(ref Utf8JsonReader reader, RequestFacts facts, out List<ChosenTool>? tools)
    {
        const string Param = Choice + ".allowed_tools";
        tools = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{Param}' must be an object.", Param);
        var hasMode = false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isMode = reader.ValueTextEquals("mode"u8);
            var isTools = reader.ValueTextEquals("tools"u8);
            reader.Read();
            if (isMode)
                hasMode = Values.Is(ref reader, "auto"u8) || Values.Is(ref reader, "required"u8);
            if (!(isTools ? ReadAllowedTools(ref reader, facts, Param + ".tools", out tools) : Values.Skip(ref reader, facts)))
                return false;
        }

        return (hasMode || facts.Fail($"'{Param}.mode' must be 'auto' or 'required'.", Param + ".mode"))
            && (tools is not null || facts.Fail($"'{Param}.tools' is required.", Param + ".tools"));
    }

    private static bool ReadAllowedTools(ref Utf8JsonReader reader, RequestFacts facts, string param, out List<ChosenTool>? tools)
    {
        tools = null;
        if (reader.TokenType != JsonTokenType.StartArray)
            return facts.Fail($"'{param}' must be an array.", param);
        tools = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (tools.Count == ChatRequestReader.MaxTools)
                return facts.Fail($"'{param}' may hold at most {ChatRequestReader.MaxTools} entries.", param);
            if (!ReadAllowedTool(ref reader, facts, $"{param}[{tools.Count}]", tools))
                return false;
        }

        return true;
    }

    private static bool ReadAllowedTool(ref Utf8JsonReader reader, RequestFacts facts, string param, List<ChosenTool> tools)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return facts.Fail($"'{param}' must be an object.", param);
        string? type = null;
        ChosenTool? function = null, custom = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var field = FindType(ref reader);
            reader.Read();
            if (isType)
                type = reader.TokenType == JsonTokenType.String ? FindType(ref reader) : null;
            if (!(isType || field is null or "allowed_tools" ? Values.Skip(ref reader, facts)
                : field == "custom" ? ReadName(ref reader, facts, param + ".custom", true, out custom)
                : ReadName(ref reader, facts, param + ".function", false, out function)))
            {
                return false;
            }
        }

        if (type is not ("function" or "custom"))
            return facts.Fail($"'{param}.type' must be 'function' or 'custom'.", param + ".type");
        if ((type == "custom" ? custom : function) is not { } tool)
            return facts.Fail($"'{param}.{type}' is required.", $"{param}.{type}");
        tools.Add(tool);
        return true;
    }

    private static string? FindType(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("function"u8) ? "function"
        : reader.ValueTextEquals("allowed_tools"u8) ? "allowed_tools"
        : reader.ValueTextEquals("custom"u8) ? "custom"
        : null;
}
