using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Embeddings;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>Groq (wire.md section 3): refuses what it does not support, and tells its limits on every answer.</summary>
internal sealed class GroqDialect : ChatDialect
{
    private const string Fingerprint = "fp_simulated1";

    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "stop", "stream", "stream_options", "seed",
        "frequency_penalty", "presence_penalty", "response_format", "tools", "tool_choice", "parallel_tool_calls", "functions",
        "function_call", "user", "service_tier", "reasoning_effort", "reasoning_format", "include_reasoning", "search_settings", "documents",
        "disable_tool_validation", "citation_options", "logprobs", "top_logprobs", "logit_bias",
    };

    public override string BasePath => "/groq/openai/v1";

    public override Reply KeyMissing() => KeyInvalid();

    public override Reply KeyInvalid() => GroqErrors.Make(401, "Invalid API Key", "invalid_request_error", "invalid_api_key");

    public override Reply BadRequest(Problem problem) => GroqErrors.BadRequest(problem);

    public override Reply ModelGone(string model, bool retired) => GroqErrors.ModelGone(model, retired);

    public override Reply QuotaRefused(QuotaRefusal refusal, string model, string account, DateTimeOffset now) =>
        GroqErrors.QuotaRefused(refusal, model, account);

    /// <summary>The six rate-limit headers and the request's id (wire.md 3.1).</summary>
    public override IEnumerable<KeyValuePair<string, string>> Headers(Admission? admission, long number)
    {
        yield return new("x-request-id", RequestId(number));
        var requests = admission?.DailyRequests ?? HeaderView.Unlimited;
        var tokens = admission?.MinuteTokens ?? HeaderView.Unlimited;
        foreach (var (name, view) in ((string, HeaderView)[])[("requests", requests), ("tokens", tokens)])
        {
            yield return new($"x-ratelimit-limit-{name}", view.Limit.ToString(CultureInfo.InvariantCulture));
            yield return new($"x-ratelimit-remaining-{name}", view.Remaining.ToString(CultureInfo.InvariantCulture));
            yield return new($"x-ratelimit-reset-{name}", GoDuration.Format(view.Reset));
        }
    }

    public override Problem? Check(JsonElement request)
    {
        if (Unknown(request, Known) is [var unknown, ..])
            return new($"property '{unknown}' is unsupported");
        if (!ModelsAsked(request).Any())
            return new("'model' : property 'model' is missing", "model");
        return CheckForbidden(request) ?? CheckShape(request) ?? CheckNames(request);
    }

    public override Problem? CheckEmbeddingNames(JsonElement request) =>
        Unknown(request, EmbeddingRules.Known) is [var unknown, ..] ? new($"property '{unknown}' is unsupported") : null;

    public override JsonObject Completion(Exchange exchange)
    {
        // A message that calls tools has no content key at all.
        var message = new JsonObject { ["role"] = "assistant" };
        if (exchange.Answer.ToolCalls.Count > 0)
            message["tool_calls"] = new JsonArray([.. exchange.Answer.ToolCalls.Select(call => ToolCall(call))]);
        else
            message["content"] = exchange.Answer.Text;
        return new JsonObject
        {
            ["id"] = Id(exchange),
            ["object"] = "chat.completion",
            ["created"] = exchange.Created,
            ["model"] = exchange.Call.Model,
            ["choices"] = new JsonArray(new JsonObject
            {
                ["index"] = 0,
                ["message"] = message,
                ["logprobs"] = null,
                ["finish_reason"] = exchange.Answer.FinishReason,
            }),
            ["usage"] = FullUsage(exchange),
            ["usage_breakdown"] = null,
            ["system_fingerprint"] = Fingerprint,
            ["x_groq"] = new JsonObject { ["id"] = RequestId(exchange.Number), ["seed"] = 1 },
            ["service_tier"] = "on_demand",
        };
    }

    public override IEnumerable<StreamEvent> Stream(Exchange exchange)
    {
        var answer = exchange.Answer;
        var first = Chunk(exchange, new JsonObject { ["role"] = "assistant", ["content"] = answer.ToolCalls.Count > 0 ? null : "" });
        first["x_groq"] = new JsonObject { ["id"] = RequestId(exchange.Number), ["seed"] = 1 };
        yield return StreamEvent.Frame(first);
        foreach (var piece in answer.Pieces)
            yield return StreamEvent.Token(Chunk(exchange, new JsonObject { ["content"] = piece }));
        for (var i = 0; i < answer.ToolCalls.Count; i++)
        {
            var delta = new JsonObject { ["tool_calls"] = new JsonArray(ToolCall(answer.ToolCalls[i], i)) };
            yield return StreamEvent.Token(Chunk(exchange, delta));
        }

        var last = Chunk(exchange, [], answer.FinishReason);
        last["x_groq"] = new JsonObject { ["id"] = RequestId(exchange.Number), ["usage"] = FullUsage(exchange) };
        last["usage"] = FullUsage(exchange);
        yield return StreamEvent.Frame(last);
        if (exchange.Call.IncludeUsage)
        {
            var usage = Envelope(exchange, []);
            usage["usage"] = FullUsage(exchange);
            yield return StreamEvent.Frame(usage);
        }

        yield return StreamEvent.Done;
    }

    /// <summary>An event of its own name, after HTTP 200 (wire.md 3.3).</summary>
    public override StreamEvent StreamError(Exchange exchange)
    {
        var error = new JsonObject
        {
            ["message"] = "Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
            ["type"] = "invalid_request_error",
            ["code"] = "tool_use_failed",
            ["failed_generation"] = "<function=broken",
            ["status_code"] = 400,
        };
        var data = new JsonObject { ["error"] = error }.ToJsonString(Wire.Json);
        return new(StreamPart.Frame, $"event: error\ndata: {data}\n\n");
    }

    public override JsonObject Models(IEnumerable<string> models, long created) => new()
    {
        ["object"] = "list",
        ["data"] = new JsonArray([.. models.Select(model => new JsonObject
        {
            ["id"] = model,
            ["object"] = "model",
            ["created"] = created,
            ["owned_by"] = "Simulated",
            ["active"] = true,
            ["context_window"] = 131_072,
            ["public_apps"] = null,
            ["max_completion_tokens"] = 65_536,
        })]),
    };

    private static string RequestId(long number) => $"req_{number:x26}";

    private static string Id(Exchange exchange) => $"chatcmpl-{exchange.Id}";

    private static Problem? CheckForbidden(JsonElement request)
    {
        foreach (var name in (string[])["logprobs", "top_logprobs", "logit_bias"])
        {
            if (Given(request, name))
                return new($"`{name}` is not supported with this model", name);
        }

        if (Given(request, "n") && !(ChatCallReader.Property(request, "n").TryGetInt32(out var n) && n == 1))
            return new("'n' : number must be at most 1", "n");
        var tools = ChatCallReader.Property(request, "tools");
        return tools.ValueKind == JsonValueKind.Array && tools.GetArrayLength() > 0
            && ChatCallReader.Property(ChatCallReader.Property(request, "response_format"), "type") is { ValueKind: JsonValueKind.String } type
            && type.ValueEquals("json_object")
                ? new("json mode cannot be combined with tool/function calling", "response_format")
                : null;
    }

    private static Problem? CheckNames(JsonElement request)
    {
        var index = 0;
        foreach (var message in request.GetProperty("messages").EnumerateArray())
        {
            if (message.TryGetProperty("name", out _))
                return new($"'messages.{index}' : property 'name' is unsupported", $"messages.{index}");
            index++;
        }

        return null;
    }

    private static bool Given(JsonElement request, string name) =>
        ChatCallReader.Property(request, name).ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    private static JsonObject Envelope(Exchange exchange, JsonArray choices) => new()
    {
        ["id"] = Id(exchange),
        ["object"] = "chat.completion.chunk",
        ["created"] = exchange.Created,
        ["model"] = exchange.Call.Model,
        ["system_fingerprint"] = Fingerprint,
        ["choices"] = choices,
    };

    private static JsonObject Chunk(Exchange exchange, JsonObject delta, string? reason = null) => Envelope(exchange, new JsonArray(
        new JsonObject { ["index"] = 0, ["delta"] = delta, ["logprobs"] = null, ["finish_reason"] = reason }));

    private static JsonObject ToolCall(ToolCall call, int? index = null)
    {
        var node = new JsonObject
        {
            ["id"] = call.Id,
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = call.Name, ["arguments"] = call.Arguments },
        };
        if (index is not null)
            node["index"] = index;
        return node;
    }

    private static JsonObject FullUsage(Exchange exchange)
    {
        var usage = Usage(exchange);
        usage["queue_time"] = 0.0175;
        usage["prompt_time"] = 0.0021;
        usage["completion_time"] = 0.0125;
        usage["total_time"] = 0.0146;
        return usage;
    }
}
