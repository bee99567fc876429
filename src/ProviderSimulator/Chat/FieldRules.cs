using System.Text.Json;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>Types and ranges of the fields beside <c>messages</c> that all providers share (wire.md 1.1).</summary>
internal static class FieldRules
{
    public static Problem? Check(JsonElement request)
    {
        foreach (var field in request.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.Null && Expectation(field.Name, field.Value) is { } expected)
                return new($"'{field.Name}' : {expected}", field.Name);
        }

        return CheckTogether(request);
    }

    /// <summary>What the value should be, or null when it is fine or the field is none of OpenAI's.</summary>
    private static string? Expectation(string name, JsonElement value) => name switch
    {
        "model" or "user" or "service_tier" or "reasoning_effort" => Kind(value, JsonValueKind.String, "value must be a string"),
        "stream" or "logprobs" or "parallel_tool_calls" or "store" =>
            value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "value must be a boolean",
        "max_tokens" or "max_completion_tokens" or "n" => Integer(value, 1, int.MaxValue),
        "top_logprobs" => Integer(value, 0, 20),
        "seed" => Integer(value, long.MinValue, long.MaxValue),
        "temperature" => Number(value, 0, 2),
        "top_p" => Number(value, 0, 1),
        "frequency_penalty" or "presence_penalty" => Number(value, -2, 2),
        "logit_bias" or "metadata" or "stream_options" => Kind(value, JsonValueKind.Object, "value must be an object"),
        "stop" => Stop(value),
        "response_format" => ResponseFormat(value),
        "tools" => Tools(value),
        "tool_choice" => value.ValueKind == JsonValueKind.String
            ? value.GetString() is "none" or "auto" or "required" ? null : "value must be none, auto, required or an object"
            : Kind(value, JsonValueKind.Object, "value must be a string or an object"),
        _ => null,
    };

    private static Problem? CheckTogether(JsonElement request)
    {
        var tools = request.TryGetProperty("tools", out var list) && list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;
        if (tools == 0 && request.TryGetProperty("tool_choice", out var choice) && choice.ValueKind is not JsonValueKind.Null
            && !(choice.ValueKind == JsonValueKind.String && choice.GetString() is "none" or "auto"))
            return new("'tool_choice' : needs 'tools'", "tool_choice");
        var stream = request.TryGetProperty("stream", out var flag) && flag.ValueKind == JsonValueKind.True;
        return !stream && request.TryGetProperty("stream_options", out var options) && options.ValueKind == JsonValueKind.Object
            ? new("'stream_options' : only allowed when 'stream' is true", "stream_options")
            : null;
    }

    private static string? Kind(JsonElement value, JsonValueKind kind, string expected) => value.ValueKind == kind ? null : expected;

    private static string? Integer(JsonElement value, long least, long most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most
            ? null
            : $"value must be an integer from {least} to {most}";

    private static string? Number(JsonElement value, double least, double most) =>
        value.ValueKind == JsonValueKind.Number && value.GetDouble() >= least && value.GetDouble() <= most
            ? null
            : $"value must be a number from {least} to {most}";

    private static string? Stop(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => null,
        JsonValueKind.Array when value.GetArrayLength() <= 4 && value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String) => null,
        _ => "value must be a string or an array of up to 4 strings",
    };

    private static string? ResponseFormat(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
        && type.GetString() switch
        {
            "text" or "json_object" => true,
            "json_schema" => value.TryGetProperty("json_schema", out var schema) && schema.ValueKind == JsonValueKind.Object
                && schema.TryGetProperty("name", out _),
            _ => false,
        }
            ? null
            : "value must be an object with type text, json_object or json_schema";

    private static string? Tools(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > 128)
            return "value must be an array of up to 128 tools";
        return value.EnumerateArray().All(IsFunction) ? null : "each must have type 'function' and a function with a name";
    }

    private static bool IsFunction(JsonElement tool) =>
        tool.ValueKind == JsonValueKind.Object
        && tool.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("function")
        && tool.TryGetProperty("function", out var function) && function.ValueKind == JsonValueKind.Object
        && function.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
        && (!function.TryGetProperty("parameters", out var parameters) || parameters.ValueKind is JsonValueKind.Object or JsonValueKind.Null);
}
