using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>OpenRouter (wire.md section 2). Unknown fields are ignored; types of known ones are checked.</summary>
internal sealed class OpenRouterDialect : ChatDialect
{
    /// <summary>The router model, which is answered under the name of the model it chose.</summary>
    private const string RouterModel = "openrouter/free";

    private const string RoutedModel = "simulated/free-model:free";
    private const string Upstream = "Simulated";

    public override string BasePath => "/openrouter/api/v1";

    public override bool ModelsNeedKey => false;

    public override Reply KeyMissing() => OpenRouterErrors.Make(401, "No auth credentials found");

    public override Reply KeyInvalid() => OpenRouterErrors.Make(401, "User not found.");

    public override Reply BadRequest(Problem problem) => OpenRouterErrors.Make(400, problem.Message);

    public override Reply ModelGone(string model, bool retired) => OpenRouterErrors.ModelGone(model, retired);

    public override Reply QuotaRefused(QuotaRefusal refusal, string model, string account, DateTimeOffset now) =>
        OpenRouterErrors.QuotaRefused(refusal, account, now);

    /// <summary>No rate-limit headers on answers other than a 429 (wire.md 2.2).</summary>
    public override IEnumerable<KeyValuePair<string, string>> Headers(Admission? admission, long number) => [];

    public override IEnumerable<KeyValuePair<string, string>> SuccessHeaders(Exchange exchange) => [new("X-Generation-Id", Id(exchange))];

    public override Problem? Check(JsonElement request)
    {
        if (!ModelsAsked(request).Any())
            return new("No models provided", "model");
        foreach (var name in (string[])["provider", "reasoning", "usage", "debug"])
        {
            if (ChatCallReader.Property(request, name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.Object))
                return new($"'{name}' : expected object", name);
        }

        return CheckShape(request);
    }

    /// <summary><c>model</c>, then the fallbacks of <c>models</c> (wire.md 2.1).</summary>
    public override IEnumerable<string> ModelsAsked(JsonElement request)
    {
        var fallbacks = ChatCallReader.Property(request, "models");
        return fallbacks.ValueKind != JsonValueKind.Array
            ? base.ModelsAsked(request)
            : base.ModelsAsked(request).Concat(
                fallbacks.EnumerateArray().Where(model => model.ValueKind == JsonValueKind.String).Select(model => model.GetString()!));
    }

    public override JsonObject Completion(Exchange exchange)
    {
        var message = new JsonObject
        {
            ["role"] = "assistant",
            ["content"] = Content(exchange.Answer),
            ["refusal"] = null,
            ["reasoning"] = null,
        };
        if (exchange.Answer.ToolCalls.Count > 0)
            message["tool_calls"] = new JsonArray([.. exchange.Answer.ToolCalls.Select((call, i) => ToolCall(i, call, call.Arguments))]);
        var body = Envelope(exchange, "chat.completion", new JsonArray(new JsonObject
        {
            ["logprobs"] = null,
            ["finish_reason"] = exchange.Answer.FinishReason,
            ["native_finish_reason"] = NativeReason(exchange.Answer.FinishReason),
            ["index"] = 0,
            ["message"] = message,
        }));
        body["usage"] = FullUsage(exchange);
        return body;
    }

    public override IEnumerable<StreamEvent> Stream(Exchange exchange)
    {
        yield return new(StreamPart.Comment, ": OPENROUTER PROCESSING\n\n");
        yield return new(StreamPart.Comment, ": OPENROUTER PROCESSING\n\n");
        foreach (var piece in exchange.Answer.Pieces)
            yield return StreamEvent.Token(Chunk(exchange, new JsonObject { ["role"] = "assistant", ["content"] = piece }));
        for (var i = 0; i < exchange.Answer.ToolCalls.Count; i++)
        {
            var call = exchange.Answer.ToolCalls[i];
            var (first, second) = Halves(call.Arguments);
            yield return StreamEvent.Token(Chunk(exchange, ToolDelta(ToolCall(i, call, ""))));
            yield return StreamEvent.Token(Chunk(exchange, ToolDelta(Arguments(i, first))));
            yield return StreamEvent.Token(Chunk(exchange, ToolDelta(Arguments(i, second))));
        }

        yield return StreamEvent.Frame(
            Chunk(exchange, new JsonObject { ["role"] = "assistant", ["content"] = "" }, exchange.Answer.FinishReason));
        var last = Envelope(exchange, "chat.completion.chunk", []);
        last["usage"] = FullUsage(exchange);
        yield return StreamEvent.Frame(last);
        yield return StreamEvent.Done;
    }

    /// <summary>Top-level error with a string as code, and a choice that ends with <c>error</c> (wire.md 2.3).</summary>
    public override StreamEvent StreamError(Exchange exchange)
    {
        var chunk = Envelope(exchange, "chat.completion.chunk", new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["delta"] = new JsonObject { ["content"] = "" },
            ["finish_reason"] = "error",
        }));
        chunk["error"] = new JsonObject { ["code"] = "server_error", ["message"] = "Provider disconnected unexpectedly" };
        return StreamEvent.Frame(chunk);
    }

    public override JsonObject Models(IEnumerable<string> models, long created) => new()
    {
        ["data"] = new JsonArray([.. models.Select(model => new JsonObject
        {
            ["id"] = model,
            ["canonical_slug"] = model,
            ["name"] = model,
            ["created"] = created,
            ["description"] = "A simulated model",
            ["context_length"] = 131_072,
            ["pricing"] = new JsonObject { ["prompt"] = "0", ["completion"] = "0" },
            ["top_provider"] = new JsonObject { ["context_length"] = 131_072, ["max_completion_tokens"] = null, ["is_moderated"] = false },
            ["per_request_limits"] = null,
            ["supported_parameters"] = new JsonArray("max_tokens", "temperature", "tools", "tool_choice", "response_format", "stop"),
        })]),
    };

    private static string Id(Exchange exchange) => $"gen-{exchange.Created}-{exchange.Id}";

    private static JsonNode? Content(Answer answer) => answer.ToolCalls.Count > 0 ? null : answer.Text;

    private static string NativeReason(string reason) => reason switch
    {
        "tool_calls" => "tool_use",
        "length" => "max_tokens",
        _ => "end_turn",
    };

    private static JsonObject Envelope(Exchange exchange, string kind, JsonArray choices) => new()
    {
        ["id"] = Id(exchange),
        ["provider"] = Upstream,
        ["model"] = exchange.Call.Model == RouterModel ? RoutedModel : exchange.Call.Model,
        ["object"] = kind,
        ["created"] = exchange.Created,
        ["choices"] = choices,
    };

    private static JsonObject Chunk(Exchange exchange, JsonObject delta, string? reason = null) =>
        Envelope(exchange, "chat.completion.chunk", new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["delta"] = delta,
            ["finish_reason"] = reason,
            ["native_finish_reason"] = reason is null ? null : NativeReason(reason),
            ["logprobs"] = null,
        }));

    private static JsonObject ToolDelta(JsonObject call) =>
        new() { ["role"] = "assistant", ["content"] = null, ["tool_calls"] = new JsonArray(call) };

    private static JsonObject ToolCall(int index, ToolCall call, string arguments) => new()
    {
        ["index"] = index,
        ["id"] = call.Id,
        ["type"] = "function",
        ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = arguments },
    };

    private static JsonObject Arguments(int index, string arguments) =>
        new() { ["index"] = index, ["function"] = new JsonObject { ["arguments"] = arguments } };

    /// <summary>Cuts the arguments of a tool call in two, as the stream sends them.</summary>
    private static (string First, string Second) Halves(string text)
    {
        var middle = text.Length / 2;
        if (middle > 0 && char.IsLowSurrogate(text[middle]))
            middle--;
        return (text[..middle], text[middle..]);
    }

    private static JsonObject FullUsage(Exchange exchange)
    {
        var usage = Usage(exchange);
        usage["cost"] = 0;
        usage["is_byok"] = false;
        usage["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = 0, ["audio_tokens"] = 0 };
        usage["cost_details"] = new JsonObject { ["upstream_inference_cost"] = null };
        usage["completion_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 };
        return usage;
    }
}
