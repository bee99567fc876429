using System.Text.Json.Nodes;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>What holds for every dialect: complete answers (wire.md 1.2).</summary>
public abstract class AnswerContract(OpenAiDialect dialect)
{
    private readonly AdapterFixture _fixture = new(dialect);

    private static string Answer(string choice, string fields = "\"created\":1700000000") =>
        $$"""{"id":"x-1","object":"other","model":"whatever",{{fields}},"choices":[{{choice}}]}""";

    private static string Choice(string finish = "\"stop\"", string message = "{\"role\":\"assistant\",\"content\":\"Hello\"}") =>
        $$"""{"index":0,"message":{{message}},"finish_reason":{{finish}}}""";

    [Fact]
    public void TranslateAnswer_Plain_IsOpenAis_Wire12()
    {
        var (answer, usage) = _fixture.Answer(Answer(Choice(), """
            "created":1700000000,"system_fingerprint":"fp","usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,
            "prompt_tokens_details":{"cached_tokens":1,"x":[1]},"completion_tokens_details":{"reasoning_tokens":2},"cost":0.1}
            """));

        Assert.Equal("x-1", (string?)answer["id"]);
        Assert.Equal("chat.completion", (string?)answer["object"]);
        Assert.Equal(1700000000, (long)answer["created"]!);
        Assert.Equal("acme/org/model-1", (string?)answer["model"]);
        Assert.Equal("fp", (string?)answer["system_fingerprint"]);
        var choice = answer["choices"]![0]!;
        Assert.Equal("assistant", (string?)choice["message"]!["role"]);
        Assert.Equal("Hello", (string?)choice["message"]!["content"]);
        Assert.Equal("stop", (string?)choice["finish_reason"]);
        Assert.Equal(new TokenUsage(3, 4, 7, 1, 2), usage);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"prompt_tokens_details":{"cached_tokens":1},"completion_tokens_details":{"reasoning_tokens":2}}
                """),
            answer["usage"]));
    }

    [Theory]
    [InlineData("1700000000", 1700000000)]
    [InlineData("1700000000123", 1700000000)]
    [InlineData("1700000000.75", 1700000000)]
    [InlineData("null", 1795348800)]
    [InlineData("\"now\"", 1795348800)]
    [InlineData("0", 1795348800)]
    public void TranslateAnswer_Created_IsWholeSeconds_Wire12(string created, long expected)
    {
        var (answer, _) = _fixture.Answer(Answer(Choice(), $"\"created\":{created}"));

        Assert.Equal(expected, (long)answer["created"]!);
    }

    [Theory]
    [InlineData("\"stop\"", "stop")]
    [InlineData("\"length\"", "length")]
    [InlineData("\"tool_calls\"", "tool_calls")]
    [InlineData("\"content_filter\"", "content_filter")]
    [InlineData("\"function_call\"", "function_call")]
    [InlineData("\"abort\"", "stop")]
    [InlineData("\"MAX_TOKENS\"", "length")]
    [InlineData("\"SAFETY\"", "content_filter")]
    [InlineData("\"tool_use\"", "tool_calls")]
    [InlineData("\"something_new\"", "stop")]
    [InlineData("null", "stop")]
    public void TranslateAnswer_FinishReason_IsAlwaysLegal_Wire12(string given, string expected)
    {
        var (answer, _) = _fixture.Answer(Answer(Choice(given)));

        Assert.Equal(expected, (string?)answer["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public void TranslateAnswer_NoUsage_IsNotMadeUp_Wire12()
    {
        var (answer, usage) = _fixture.Answer(Answer(Choice(), "\"usage\":null"));

        Assert.Null(usage);
        Assert.False(answer.ContainsKey("usage"));
    }

    [Fact]
    public void TranslateAnswer_NoIdAndNoTotal_AreMade()
    {
        var (answer, usage) = _fixture.Answer($$"""{"usage":{"prompt_tokens":3,"completion_tokens":4},"choices":[{{Choice()}}]}""");

        Assert.StartsWith("chatcmpl-", (string?)answer["id"], StringComparison.Ordinal);
        Assert.Equal(new TokenUsage(3, 4, 7), usage);
    }

    [Fact]
    public void TranslateAnswer_ToolCallsWithoutContent_HaveNullContent_Wire35()
    {
        var (answer, _) = _fixture.Answer(Answer(Choice("\"tool_calls\"", """
            {"role":"assistant","tool_calls":[{"id":"tk85n1k4m","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"index":0},
             {"function":{"name":"g","arguments":{"b":2}}}]}
            """)));

        var message = answer["choices"]![0]!["message"]!.AsObject();
        Assert.True(message.ContainsKey("content"));
        Assert.Null(message["content"]);
        Assert.Equal("tk85n1k4m", (string?)message["tool_calls"]![0]!["id"]);
        Assert.Equal("{\"a\":1}", (string?)message["tool_calls"]![0]!["function"]!["arguments"]);
        Assert.False(message["tool_calls"]![0]!.AsObject().ContainsKey("index"));
        Assert.Equal("{\"b\":2}", (string?)message["tool_calls"]![1]!["function"]!["arguments"]);
        Assert.Equal("function", (string?)message["tool_calls"]![1]!["type"]);
        Assert.False(string.IsNullOrEmpty((string?)message["tool_calls"]![1]!["id"]));
    }

    [Fact]
    public void TranslateAnswer_VendorExtras_AreLeftOut_ReasoningIsKept_Wire22()
    {
        var (answer, _) = _fixture.Answer("""
            {"id":"gen-1","provider":"X","x_groq":{"id":"req"},"usage_breakdown":null,"service_tier":"on_demand","created":1700000000,
             "choices":[{"index":0,"native_finish_reason":"STOP","finish_reason":"stop",
              "message":{"role":"assistant","content":"a","reasoning":"b","reasoning_details":[{"type":"reasoning.text","text":"b"}],"odd":1}}]}
            """);

        Assert.Equal(["id", "object", "created", "model", "choices"], answer.Select(field => field.Key));
        var choice = answer["choices"]![0]!.AsObject();
        Assert.False(choice.ContainsKey("native_finish_reason"));
        Assert.Equal("b", (string?)choice["message"]!["reasoning"]);
        Assert.Equal("reasoning.text", (string?)choice["message"]!["reasoning_details"]![0]!["type"]);
        Assert.False(choice["message"]!.AsObject().ContainsKey("odd"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \n")]
    [InlineData("<html><body>502</body></html>")]
    [InlineData("{\"choices\":")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"choices\":null}")]
    [InlineData("{\"choices\":[{\"index\":0}]}")]
    [InlineData("{\"choices\":[1]}")]
    [InlineData("{\"choices\":[{\"message\":{\"content\":\"a\"}}]} trailing")]
    [InlineData("{\"\\ud800\":1,\"choices\":[{\"message\":{\"content\":\"a\"}}]}")]
    public void TranslateAnswer_Unreadable_IsTransient_Wire12(string body)
    {
        var failure = _fixture.AnswerFails(body);

        Assert.Equal(FailureClass.Transient, failure.Class);
        Assert.DoesNotContain("html", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TranslateAnswer_InvalidUtf8_IsTransient() =>
        Assert.Equal(FailureClass.Transient, _fixture.AnswerFails([.. "{\"choices\":[{\"message\":{\"content\":\""u8, 0xFF, .. "\"}}]}"u8]).Class);

    [Theory]
    [InlineData("""{"error":{"message":"down","code":502}}""")]
    [InlineData("""{"error":{"message":"down","code":"server_error"},"choices":[{"index":0,"message":{"content":"a"},"finish_reason":"stop"}]}""")]
    [InlineData("""{"error":"down"}""")]
    [InlineData("""{"choices":[{"index":0,"message":{"content":""},"finish_reason":"error","error":{"code":502,"message":"down"}}]}""")]
    public void TranslateAnswer_ErrorInside_IsAFailure_Wire23(string body)
    {
        var failure = _fixture.AnswerFails(body);

        Assert.Equal(FailureClass.Transient, failure.Class);
        Assert.Equal("down", failure.Message);
    }

    [Fact]
    public void TranslateAnswer_ThrottleInside_KeepsItsMeaning_Wire23()
    {
        var failure = _fixture.AnswerFails("""{"error":{"message":"slow down","code":429}}""");

        Assert.Equal(FailureClass.Throttled, failure.Class);
        Assert.Equal(429, failure.Status);
        Assert.Equal("429", failure.Code);
        Assert.NotNull(failure.Evidence);
    }
}

public sealed class GenericAnswerTests() : AnswerContract(OpenAiDialect.Generic);

public sealed class OpenRouterAnswerTests() : AnswerContract(OpenAiDialect.OpenRouter);

public sealed class GroqAnswerTests() : AnswerContract(OpenAiDialect.Groq);
