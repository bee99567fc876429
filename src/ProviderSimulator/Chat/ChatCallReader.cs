using System.Text.Json;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>Picks out of a request, already found valid, what decides its answer.</summary>
internal static class ChatCallReader
{
    internal const int DefaultCompletionTokens = 1024;

    public static ChatCall Read(JsonElement request, string model)
    {
        var tokenizer = Tokenizer.Of(request);
        var choice = Property(request, "tool_choice");
        var format = Property(request, "response_format");
        return new ChatCall
        {
            Model = model,
            Stream = Property(request, "stream").ValueKind == JsonValueKind.True,
            IncludeUsage = Property(Property(request, "stream_options"), "include_usage").ValueKind == JsonValueKind.True,
            PromptTokens = tokenizer.Tokens,
            CompletionBudget = Limit(request) ?? DefaultCompletionTokens,
            Seed = tokenizer.Hash,
            LastUserText = LastUserText(request),
            Tools = Tools(request),
            ForcedTool = ForcedTool(choice),
            ToolsForbidden = choice.ValueKind == JsonValueKind.String && choice.ValueEquals("none"),
            JsonMode = Property(format, "type") is { ValueKind: JsonValueKind.String } type && !type.ValueEquals("text"),
            Schema = Kept(Property(Property(format, "json_schema"), "schema")),
        };
    }

    /// <summary>The named field, or an undefined element when <paramref name="element"/> is no object or lacks it.</summary>
    internal static JsonElement Property(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    // The answer is made after the body has been given back.
    private static JsonElement Kept(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? element : element.Clone();

    private static int? Limit(JsonElement request)
    {
        var limit = Property(request, "max_completion_tokens");
        if (limit.ValueKind != JsonValueKind.Number)
            limit = Property(request, "max_tokens");
        return limit.ValueKind == JsonValueKind.Number ? limit.GetInt32() : null;
    }

    private static string? ForcedTool(JsonElement choice) => choice.ValueKind switch
    {
        JsonValueKind.String when choice.ValueEquals("required") => "*",
        JsonValueKind.Object => Property(Property(choice, "function"), "name") is { ValueKind: JsonValueKind.String } name
            ? name.GetString()
            : "*",
        _ => null,
    };

    private static ToolSpec[] Tools(JsonElement request)
    {
        var tools = Property(request, "tools");
        if (tools.ValueKind != JsonValueKind.Array)
            return [];
        return [.. tools.EnumerateArray().Select(tool => tool.GetProperty("function"))
            .Select(function => new ToolSpec(function.GetProperty("name").GetString()!, Kept(Property(function, "parameters"))))];
    }

    private static string LastUserText(JsonElement request)
    {
        var last = request.GetProperty("messages").EnumerateArray().LastOrDefault(message => message.GetProperty("role").ValueEquals("user"));
        var content = Property(last, "content");
        if (content.ValueKind == JsonValueKind.String)
            return content.GetString()!;
        if (content.ValueKind != JsonValueKind.Array)
            return "";
        return string.Concat(content.EnumerateArray().Select(part => Property(part, "text"))
            .Where(text => text.ValueKind == JsonValueKind.String).Select(text => text.GetString()));
    }
}
