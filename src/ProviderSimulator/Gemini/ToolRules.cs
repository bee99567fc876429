using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The rules of <c>tools</c> and <c>toolConfig</c> (wire.md 4.2).</summary>
internal static partial class ToolRules
{
    public static Problem? Check(JsonObject request)
    {
        var index = 0;
        foreach (var tool in Rules.Objects(request["tools"]))
        {
            if (CheckTool(tool, $"tools[{index++}]") is { } problem)
                return problem;
        }

        var names = Rules.Declarations(request).Select(declaration => (string)declaration["name"]!).ToList();
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            return new($"Duplicate function declaration found: {twice.Key}");
        return request["toolConfig"] is JsonObject config ? CheckConfig(config, names) : null;
    }

    private static Problem? CheckTool(JsonObject tool, string path)
    {
        if (tool.All(field => field.Value is JsonArray { Count: 0 }))
            return new($"* GenerateContentRequest.{path}.tool_type: required one_of 'tool_type' must have one initialized field\n");
        var index = 0;
        foreach (var declaration in Rules.Objects(tool["functionDeclarations"]))
        {
            if (CheckDeclaration(declaration, $"{path}.function_declarations[{index++}]") is { } problem)
                return problem;
        }

        return null;
    }

    private static Problem? CheckDeclaration(JsonObject declaration, string path)
    {
        if (!Name().IsMatch((string?)declaration["name"] ?? ""))
        {
            return new($"* GenerateContentRequest.{path}.name: [FIELD_INVALID] Invalid function name. Must be alphanumeric (a-z, A-Z, 0-9), "
                + "underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n");
        }

        if (declaration.ContainsKey("parameters") && declaration.ContainsKey("parametersJsonSchema"))
            return new($"* GenerateContentRequest.{path}: parameters and parameters_json_schema must not both be set\n");
        if (declaration["parameters"] is JsonObject parameters)
        {
            return (string?)parameters["type"] == "OBJECT"
                ? SchemaRules.Check(parameters, $"{path}.parameters")
                : new($"* GenerateContentRequest.{path}.parameters: function_declaration parameters schema should be of type OBJECT\n");
        }

        return declaration.TryGetPropertyValue("parametersJsonSchema", out var schema)
            ? JsonSchemaRules.Check(schema, $"{path}.parameters_json_schema")
            : null;
    }

    private static Problem? CheckConfig(JsonObject config, List<string> declared)
    {
        if (declared.Count == 0 && !config.ContainsKey("retrievalConfig"))
            return new("Function calling config is set without function_declarations.");
        if (config["functionCallingConfig"] is not JsonObject calling)
            return null;
        var allowed = Rules.Texts(calling["allowedFunctionNames"]).ToList();
        if (allowed.Count > 0 && (string?)calling["mode"] is not ("ANY" or "VALIDATED"))
        {
            return new("* GenerateContentRequest.tool_config.function_calling_config: allowed_function_names is only supported with mode ANY "
                + "or VALIDATED\n");
        }

        return allowed.Find(name => !declared.Contains(name)) is { } unknown
            ? new($"* GenerateContentRequest.tool_config.function_calling_config.allowed_function_names: '{unknown}' is not declared\n")
            : null;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_.:-]{1,64}\z")]
    private static partial Regex Name();
}
