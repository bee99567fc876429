using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Embeddings;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>
/// Google's OpenAI-compatible endpoint with its defects (wire.md 4.1): calls of tools in a stream have no index and end with
/// <c>stop</c>, errors are Google's and come in an array, and fields it does not know are refused by name.
/// </summary>
internal sealed class GeminiDialect : ChatDialect
{
    /// <summary>
    /// Known fields. Not among them, as people report from the real endpoint: <c>seed</c>, <c>frequency_penalty</c>,
    /// <c>presence_penalty</c>, <c>metadata</c>, <c>store</c>, <c>top_k</c>, <c>reasoning</c>.
    /// </summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "stop", "stream", "stream_options",
        "response_format", "tools", "tool_choice", "parallel_tool_calls", "reasoning_effort", "extra_body", "user",
    };

    public override string BasePath => "/gemini/v1beta/openai";

    public override Reply KeyMissing() => GeminiErrors.Make(401, "UNAUTHENTICATED", "Missing or invalid Authorization header.").InArray();

    public override Reply KeyInvalid() => GeminiErrors.KeyInvalid().InArray();

    public override Reply BadRequest(Problem problem) => GeminiErrors.BadRequest(problem).InArray();

    public override Reply ModelGone(string model, bool retired) => GeminiErrors.ModelGone(model, "generateContent").InArray();

    public override Reply QuotaRefused(QuotaRefusal refusal, string model, string account, DateTimeOffset now) =>
        GeminiErrors.QuotaRefused(refusal.Definition, model, refusal.Wait).InArray();

    public override IEnumerable<KeyValuePair<string, string>> Headers(Admission? admission, long number) =>
        [new("x-gemini-service-tier", "standard")];

    public override Problem? Check(JsonElement request)
    {
        if (Unknown(request, Known) is { Count: > 0 } unknown)
            return Problem.Unknown(unknown.Select(name => (name, "")));
        return ModelsAsked(request).Any() ? CheckShape(request) : new("model is not specified", "model");
    }

    /// <summary>Ids are taken with and without <c>models/</c> in front.</summary>
    public override IEnumerable<string> ModelsAsked(JsonElement request) =>
        base.ModelsAsked(request).Select(model => model.StartsWith("models/", StringComparison.Ordinal) ? model[7..] : model);

    public override Problem? CheckEmbeddingNames(JsonElement request) =>
        Unknown(request, EmbeddingRules.Known) is { Count: > 0 } unknown ? Problem.Unknown(unknown.Select(name => (name, ""))) : null;

    public override JsonObject Completion(Exchange exchange)
    {
        var message = new JsonObject { ["role"] = "assistant" };
        if (exchange.Answer.ToolCalls.Count > 0)
            message["tool_calls"] = new JsonArray([.. exchange.Answer.ToolCalls.Select(ToolCall)]);
        else
            message["content"] = exchange.Answer.Text;
        var choice = new JsonObject { ["finish_reason"] = exchange.Answer.FinishReason, ["index"] = 0, ["message"] = message };
        var body = Envelope(exchange, "chat.completion", new JsonArray(choice));
        body["usage"] = Usage(exchange);
        return body;
    }

    public override IEnumerable<StreamEvent> Stream(Exchange exchange)
    {
        foreach (var piece in exchange.Answer.Pieces)
            yield return StreamEvent.Token(Chunk(exchange, new JsonObject { ["content"] = piece, ["role"] = "assistant" }));
        foreach (var call in exchange.Answer.ToolCalls)
        {
            var delta = new JsonObject { ["role"] = "assistant", ["tool_calls"] = new JsonArray(ToolCall(call)) };
            yield return StreamEvent.Token(Chunk(exchange, delta));
        }

        var reason = exchange.Answer.FinishReason == "tool_calls" ? "stop" : exchange.Answer.FinishReason;
        yield return StreamEvent.Frame(Chunk(exchange, new JsonObject { ["role"] = "assistant" }, reason));
        if (exchange.Call.IncludeUsage)
        {
            var usage = Envelope(exchange, "chat.completion.chunk", []);
            usage["usage"] = Usage(exchange);
            yield return StreamEvent.Frame(usage);
        }

        yield return StreamEvent.Done;
    }

    public override StreamEvent StreamError(Exchange exchange)
    {
        var error = new JsonObject
        {
            ["code"] = 503,
            ["message"] = "The model is overloaded. Please try again later.",
            ["status"] = "UNAVAILABLE",
        };
        return StreamEvent.Frame(new JsonArray(new JsonObject { ["error"] = error }));
    }

    public override JsonObject Models(IEnumerable<string> models, long created) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. models.Select(model => new JsonObject
        {
            ["id"] = $"models/{model}",
            ["object"] = "model",
            ["owned_by"] = "google",
            ["display_name"] = model,
        })]),
    };

    private static JsonObject Envelope(Exchange exchange, string kind, JsonArray choices) => new()
    {
        ["choices"] = choices,
        ["created"] = exchange.Created,
        ["id"] = exchange.Id,
        ["model"] = exchange.Call.Model,
        ["object"] = kind,
    };

    private static JsonObject Chunk(Exchange exchange, JsonObject delta, string? reason = null)
    {
        var choice = new JsonObject { ["delta"] = delta };
        if (reason is not null)
            choice["finish_reason"] = reason;
        choice["index"] = 0;
        return Envelope(exchange, "chat.completion.chunk", new JsonArray(choice));
    }

    private static JsonObject ToolCall(ToolCall call) => new()
    {
        ["function"] = new JsonObject { ["arguments"] = call.Arguments, ["name"] = call.Name },
        ["id"] = call.Id,
        ["type"] = "function",
    };
}
