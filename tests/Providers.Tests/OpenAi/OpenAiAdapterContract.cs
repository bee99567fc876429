using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>The contract in OpenAI's own words, which its dialects share in part (wire.md 1 to 3).</summary>
public abstract class OpenAiAdapterContract(OpenAiDialect dialect) : AdapterContract(new OpenAiAdapter(AdapterFixture.Endpoint, dialect))
{
    private const string Usage = "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4,\"total_tokens\":7}";

    protected override string PlainAnswer => Answer("""{"role":"assistant","content":"Hello"}""", "stop");

    protected override string ToolAnswer => Answer(
        """
        {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},
        {"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]}
        """,
        "tool_calls");

    protected override string CutAnswer => Answer("""{"role":"assistant","content":"Hel"}""", "length");

    protected override string FilteredAnswer => Answer("""{"role":"assistant","content":""}""", "content_filter");

    protected override string[] TextStream =>
    [
        Chunk("""{"role":"assistant","content":""}"""),
        Chunk("""{"content":"Hel"}"""),
        Chunk("""{"content":"lo"}"""),
        Chunk("{}", "\"stop\""),
        $$"""{"id":"x","created":1700000000,"choices":[],{{Usage}}}""",
        "[DONE]",
    ];

    protected override string[] ToolStream =>
    [
        Chunk("""{"role":"assistant","content":null}"""),
        Chunk("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}"""),
        Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}"""),
        Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}"""),
        Chunk("""{"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]}"""),
        Chunk("{}", "\"tool_calls\""),
        "[DONE]",
    ];

    protected override string StreamError => Error("Internal server error", "server_error", "null");

    protected override (int Status, string Body) RefusedKey =>
        (401, Error($"Incorrect API key provided: {AdapterFixture.Key}.", "invalid_request_error", "\"invalid_api_key\""));

    protected override (int Status, string Body) GoneModel =>
        (404, Error("The model `x` does not exist or you do not have access to it.", "invalid_request_error", "\"model_not_found\""));

    protected override (int Status, string Body) Throttle =>
        (429, Error("Rate limit reached for requests. Please try again in 4.5s.", "requests", "\"rate_limit_exceeded\""));

    protected override (int Status, string Body) SpentDay =>
        (429, Error("You exceeded your current quota.", "insufficient_quota", "\"insufficient_quota\""));

    protected override (int Status, string Body) ServerError => (503, Error("Overloaded.", "server_error", "\"server_is_overloaded\""));

    protected override (int Status, string Body) LongPrompt =>
        (400, Error("This model's maximum context length is 8192 tokens.", "invalid_request_error", "\"context_length_exceeded\""));

    protected static string Error(string message, string type, string code) =>
        $$$"""{"error":{"message":"{{{message}}}","type":"{{{type}}}","param":null,"code":{{{code}}}}}""";

    private static string Answer(string message, string finish) =>
        $$"""{"id":"x","object":"chat.completion","created":1700000000,"model":"m","choices":[{"index":0,"message":{{message}},"finish_reason":"{{finish}}"}],{{Usage}}}""";

    private static string Chunk(string delta, string finish = "null") =>
        $$"""{"id":"x","created":1700000000,"choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finish}}}]}""";
}

public sealed class GenericAdapterContractTests() : OpenAiAdapterContract(OpenAiDialect.Generic);

public sealed class OpenRouterAdapterContractTests() : OpenAiAdapterContract(OpenAiDialect.OpenRouter)
{
    protected override string StreamError =>
        """{"id":"x","error":{"code":502,"message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""";

    protected override (int Status, string Body) RefusedKey => (401, """{"error":{"code":401,"message":"No auth credentials found"},"user_id":"user_2x"}""");

    protected override (int Status, string Body) GoneModel => (404, """{"error":{"code":404,"message":"No endpoints found for org/model-1."}}""");

    protected override (int Status, string Body) Throttle =>
        (429, Platform("per-min", AdapterFixture.Now.AddSeconds(4.5)));

    protected override (int Status, string Body) SpentDay => (429, Platform("per-day", AdapterFixture.Now.AddHours(12)));

    private static string Platform(string window, DateTimeOffset reset) =>
        $$$"""
        {"error":{"code":429,"message":"Rate limit exceeded: free-models-{{{window}}}.",
        "metadata":{"headers":{"X-RateLimit-Reset":"{{{reset.ToUnixTimeMilliseconds()}}}"} } } }
        """;
}

public sealed class GroqAdapterContractTests() : OpenAiAdapterContract(OpenAiDialect.Groq)
{
    protected override (int Status, string Body) Throttle => (429, Limit("tokens per minute (TPM)", "4.5s"));

    protected override (int Status, string Body) SpentDay => (429, Limit("requests per day (RPD)", "2h5m0s"));

    private static string Limit(string limit, string wait) => Error(
        $"Rate limit reached for model `x` in organization `org_01h` on {limit}: Limit 1, Used 1, Requested 1. Please try again in {wait}.",
        "tokens",
        "\"rate_limit_exceeded\"");
}
