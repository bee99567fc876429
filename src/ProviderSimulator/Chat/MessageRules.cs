using System.Text.Json;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>The rules of <c>messages</c> that all providers share (wire.md 1.1).</summary>
internal static class MessageRules
{
    public static Problem? Check(JsonElement request)
    {
        if (!request.TryGetProperty("messages", out var messages))
            return new("'messages' : property 'messages' is missing", "messages");
        if (messages.ValueKind != JsonValueKind.Array)
            return new("'messages' : value must be an array", "messages");
        if (messages.GetArrayLength() == 0)
            return new("'messages' : minimum number of items is 1", "messages");
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            if (CheckMessage(message, $"messages.{index++}") is { } problem)
                return problem;
        }

        return null;
    }

    private static Problem? CheckMessage(JsonElement message, string path)
    {
        if (message.ValueKind != JsonValueKind.Object)
            return new($"'{path}' : value must be an object", path);
        if (Text(message, "role") is not { } role)
            return new($"'{path}' : property 'role' is missing", path);
        if (message.TryGetProperty("name", out var name) && name.ValueKind != JsonValueKind.String)
            return new($"'{path}.name' : value must be a string", path);
        message.TryGetProperty("content", out var content);
        return role switch
        {
            "system" or "developer" or "user" => CheckContent(content, path, userParts: role == "user"),
            "assistant" => CheckAssistant(message, content, path),
            "tool" when Text(message, "tool_call_id") is null => new($"'{path}' : property 'tool_call_id' is missing", path),
            "tool" => CheckContent(content, path, userParts: false),
            "function" when name.ValueKind != JsonValueKind.String => new($"'{path}' : property 'name' is missing", path),
            "function" => CheckContent(content, path, userParts: false),
            _ => new($"'{path}' : discriminator property 'role' has invalid value", path),
        };
    }

    private static Problem? CheckAssistant(JsonElement message, JsonElement content, string path)
    {
        if (!message.TryGetProperty("tool_calls", out var calls) || calls.ValueKind == JsonValueKind.Null)
            return CheckContent(content, path, userParts: false);
        if (calls.ValueKind != JsonValueKind.Array || calls.GetArrayLength() == 0)
            return new($"'{path}.tool_calls' : value must be an array of at least 1 item", path);
        foreach (var call in calls.EnumerateArray())
        {
            if (!IsToolCall(call))
                return new($"'{path}.tool_calls' : each needs an id, type 'function' and a function with name and arguments as strings", path);
        }

        return content.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null ? null : CheckContent(content, path, userParts: false);
    }

    private static bool IsToolCall(JsonElement call) =>
        call.ValueKind == JsonValueKind.Object
        && Text(call, "id") is not null
        && Text(call, "type") == "function"
        && call.TryGetProperty("function", out var function)
        && function.ValueKind == JsonValueKind.Object
        && Text(function, "name") is not null
        && Text(function, "arguments") is not null;

    private static Problem? CheckContent(JsonElement content, string path, bool userParts)
    {
        if (content.ValueKind == JsonValueKind.String)
            return null;
        if (content.ValueKind != JsonValueKind.Array)
            return new($"'{path}.content' : value must be a string or an array of parts", path);
        if (content.GetArrayLength() == 0)
            return new($"'{path}.content' : minimum number of items is 1", path);
        foreach (var part in content.EnumerateArray())
        {
            if (!IsPart(part, userParts))
                return new($"'{path}.content' : invalid content part", path);
        }

        return null;
    }

    private static bool IsPart(JsonElement part, bool userParts) =>
        part.ValueKind == JsonValueKind.Object
        && Text(part, "type") switch
        {
            "text" => Text(part, "text") is not null,
            "refusal" => !userParts && Text(part, "refusal") is not null,
            "image_url" => userParts && Has(part, "image_url", "url"),
            "input_audio" => userParts && Has(part, "input_audio", "data"),
            "file" => userParts && part.TryGetProperty("file", out var file) && file.ValueKind == JsonValueKind.Object,
            _ => false,
        };

    private static bool Has(JsonElement part, string name, string field) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object && Text(value, field) is not null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
