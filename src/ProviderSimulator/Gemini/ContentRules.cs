using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>The rules of contents and their parts, each taken by itself (wire.md 4.2).</summary>
internal static class ContentRules
{
    private const string Request = "* GenerateContentRequest.";

    private static readonly string[] Data =
        ["text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"];

    public static Problem? Check(JsonObject request)
    {
        var contents = Rules.Objects(request["contents"]).ToList();
        if (contents.Count == 0)
            return new(Request + "contents: contents is not specified\n");
        for (var i = 0; i < contents.Count; i++)
        {
            if ((CheckRole(contents[i], contents.Count) ?? CheckParts(contents[i], $"contents[{i}]")) is { } problem)
                return problem;
        }

        return request["systemInstruction"] is JsonObject instruction ? CheckInstruction(instruction) : null;
    }

    /// <summary>The parts of one content; there must be some.</summary>
    public static Problem? CheckParts(JsonObject content, string path)
    {
        var index = 0;
        foreach (var part in Rules.Objects(content["parts"]))
        {
            if (CheckPart(part, $"{Request}{path}.parts[{index++}]") is { } problem)
                return problem;
        }

        return index > 0 ? null : new($"{Request}{path}.parts: contents.parts must not be empty.\n");
    }

    /// <summary>A role may be missing only where there is one turn.</summary>
    private static Problem? CheckRole(JsonObject content, int turns) =>
        (string?)content["role"] is "user" or "model" || (content["role"] is null && turns == 1)
            ? null
            : new("Please use a valid role: user, model.");

    private static Problem? CheckInstruction(JsonObject instruction) =>
        CheckParts(instruction, "system_instruction")
        ?? (Rules.Objects(instruction["parts"]).All(part => part.ContainsKey("text"))
            ? null
            : new Problem(Request + "system_instruction.parts: only text parts are supported\n"));

    private static Problem? CheckPart(JsonObject part, string path) => Data.Count(part.ContainsKey) switch
    {
        0 => new($"{path}.data: required oneof field 'data' must have one initialized field\n"),
        > 1 => new($"{path}.data: oneof field 'data' is already set. Cannot set more than one of its fields\n"),
        _ when part["text"] is { } text && ((string)text!).Length == 0 => new($"{path}.text: must not be empty\n"),
        _ when part["inlineData"] is JsonObject blob => CheckBlob(blob, path),
        _ when part["fileData"] is JsonObject file && string.IsNullOrEmpty((string?)file["fileUri"]) =>
            new($"{path}.file_data.file_uri: required field is missing\n"),
        _ when part["functionCall"] is JsonObject call && string.IsNullOrEmpty((string?)call["name"]) =>
            new($"{path}.function_call.name: Name cannot be empty.\n"),
        _ when part["functionResponse"] is JsonObject response => CheckResponse(response, path),
        _ => null,
    };

    private static Problem? CheckBlob(JsonObject blob, string path)
    {
        if (string.IsNullOrEmpty((string?)blob["mimeType"]))
            return new($"{path}.inline_data.mime_type: must not be empty\n");
        return (string?)blob["data"] is { } data && Rules.IsBase64(data)
            ? null
            : new($"Invalid value at '{path[Request.Length..]}.inline_data.data' (TYPE_BYTES), Base64 decoding failed for \"{blob["data"]}\"");
    }

    private static Problem? CheckResponse(JsonObject response, string path)
    {
        if (string.IsNullOrEmpty((string?)response["name"]))
            return new($"{path}.function_response.name: Name cannot be empty.\n");
        return response.ContainsKey("response") ? null : new($"{path}.function_response.response: required field is missing\n");
    }
}
