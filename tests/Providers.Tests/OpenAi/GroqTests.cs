using System.Text.Json.Nodes;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.Failures;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>Groq's own rules (wire.md 3).</summary>
public sealed class GroqTests
{
    private readonly AdapterFixture _fixture = new(OpenAiDialect.Groq);

    private static string Limit(string kind, string wait) => $$$"""
        {"error":{"message":"Rate limit reached for model `m` in organization `org_01jabcdef` service tier `on_demand` on tokens ({{{kind}}}): Limit 6000, Used 5034, Requested 1443. Please try again in {{{wait}}}. Need more tokens? Upgrade at https://console.groq.com/settings/billing","type":"tokens","code":"rate_limit_exceeded"}}
        """;

    [Fact]
    public async Task Request_MessageName_IsStripped_Wire34()
    {
        var sent = await _fixture.Send(AdapterFixture.WithMessages("""{"role":"user","name":"bob","content":"hi"}"""));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""[{"role":"user","content":"hi"}]"""), sent["messages"]));
    }

    [Fact]
    public async Task Request_EchoedAnswer_LosesWhatGroqRefuses_Wire34()
    {
        var sent = await _fixture.Send(AdapterFixture.WithMessages(AdapterFixture.Hello + """
            ,{"role":"assistant","content":"x","refusal":null,"annotations":[],"audio":null,"reasoning_details":[{}],"reasoning":"because"}
            """));

        Assert.Equal(["role", "content", "reasoning"], sent["messages"]![1]!.AsObject().Select(field => field.Key));
    }

    [Theory]
    [InlineData("\"metadata\":{\"a\":\"b\"}", "metadata")]
    [InlineData("\"store\":true", "store")]
    [InlineData("\"service_tier\":\"default\"", "service_tier")]
    [InlineData("\"reasoning_effort\":\"minimal\"", "reasoning_effort")]
    [InlineData("\"verbosity\":\"low\"", "verbosity")]
    [InlineData("\"prompt_cache_key\":\"x\"", "prompt_cache_key")]
    [InlineData("\"made_up\":1", "made_up")]
    [InlineData("\"stream\":true,\"stream_options\":{\"include_usage\":true}", "stream_options")]
    public async Task Request_WhatGroqRefuses_IsStripped_Wire34(string fields, string name)
    {
        var sent = await _fixture.Send(AdapterFixture.With(fields));

        Assert.False(sent.ContainsKey(name));
    }

    [Theory]
    [InlineData("\"service_tier\":\"flex\"", "service_tier")]
    [InlineData("\"reasoning_effort\":\"low\"", "reasoning_effort")]
    [InlineData("\"reasoning_effort\":\"l\\u006fw\"", "reasoning_effort")]
    [InlineData("\"reasoning_effort\":\"default\"", "reasoning_effort")]
    [InlineData("\"reasoning_format\":\"hidden\"", "reasoning_format")]
    [InlineData("\"include_reasoning\":false", "include_reasoning")]
    [InlineData("\"user\":\"u\"", "user")]
    public async Task Request_WhatGroqKnows_IsSent_Wire34(string fields, string name) =>
        Assert.True((await _fixture.Send(AdapterFixture.With(fields))).ContainsKey(name));

    [Fact]
    public void Stream_Recorded_BecomesOpenAis_Wire35()
    {
        var run = _fixture.Stream(
            AdapterFixture.With("\"stream\":true,\"stream_options\":{\"include_usage\":true}"),
            """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","system_fingerprint":"fp","choices":[{"index":0,"delta":{"role":"assistant","content":null},"logprobs":null,"finish_reason":null}],"x_groq":{"id":"req_1","seed":7}}""",
            """{"id":"chatcmpl-1","created":1700000000,"choices":[{"index":0,"delta":{"reasoning":"hm"},"logprobs":null,"finish_reason":null}]}""",
            """{"id":"chatcmpl-1","created":1700000000,"choices":[{"index":0,"delta":{"tool_calls":[{"id":"tk85n1k4m","type":"function","function":{"name":"f","arguments":"{}"},"index":0}]},"logprobs":null,"finish_reason":null}]}""",
            """{"id":"chatcmpl-1","created":1700000000,"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"tool_calls"}],"x_groq":{"id":"req_1","usage":{"queue_time":0.1,"prompt_tokens":5,"completion_tokens":6,"total_tokens":11,"total_time":0.2}},"usage":{"queue_time":0.1,"prompt_tokens":5,"completion_tokens":6,"total_tokens":11,"total_time":0.2}}""",
            "[DONE]");

        Assert.Equal([StreamEvent.None, StreamEvent.Content, StreamEvent.Content, StreamEvent.None, StreamEvent.Done], run.Kinds);
        Assert.Equal("tool_calls", run.FinishReason);
        Assert.Equal(new TokenUsage(5, 6, 11), run.Translator.Usage);
        Assert.DoesNotContain("x_groq", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("queue_time", run.Ending, StringComparison.Ordinal);
        Assert.Equal(11, (int)Assert.Single(run.EndingChunks)["usage"]!["total_tokens"]!);
    }

    [Fact]
    public void Stream_ErrorEvent_IsAModelFailure_Wire33()
    {
        var run = _fixture.Stream(
            AdapterFixture.With("\"stream\":true"),
            """error|{"error":{"message":"Failed to call a function.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"<f>","status_code":400}}""");

        Assert.Equal(FailureClass.ModelFailure, run.Translator.Failure!.Class);
        Assert.Equal("tool_use_failed", run.Translator.Failure.Code);
        Assert.Equal(400, run.Translator.Failure.Status);
    }

    [Theory]
    [InlineData("TPM", "4.77s", FailureClass.Throttled, 4.77)]
    [InlineData("RPM", "2s", FailureClass.Throttled, 2)]
    [InlineData("ITPM", "350ms", FailureClass.Throttled, 0.35)]
    [InlineData("RPD", "6s", FailureClass.Throttled, 6)]
    [InlineData("TPD", "9m38.016s", FailureClass.QuotaGone, 578.016)]
    public void Failure_Throttle_WaitIsInTheWords_Wire33(string kind, string wait, FailureClass expected, double seconds)
    {
        var failure = _fixture.Failure(429, Limit(kind, wait));

        Assert.Equal(expected, failure.Class);
        Assert.Equal(seconds, failure.RetryAfter!.Value.TotalSeconds, 0.001);
        Assert.Equal(failure.RetryAfter, failure.Evidence!.ClosedFor);
        Assert.Equal(kind, failure.Evidence.Reason);
        Assert.Equal("rate_limit_exceeded", failure.Code);
        Assert.DoesNotContain("org_", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("groq.com", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TPM", BudgetMetric.Tokens, 60)]
    [InlineData("RPM", BudgetMetric.Requests, 60)]
    [InlineData("ITPM", BudgetMetric.InputTokens, 60)]
    [InlineData("OTPM", BudgetMetric.OutputTokens, 60)]
    [InlineData("RPD", BudgetMetric.Requests, 86400)]
    [InlineData("TPD", BudgetMetric.Tokens, 86400)]
    public void Failure_Throttle_TellsWhatIsLeftOfTheLimitNamed_Wire33(string kind, BudgetMetric metric, int seconds) =>
        Assert.Equal(
            [new BudgetEvidence(metric, TimeSpan.FromSeconds(seconds), 6000, 966)],
            _fixture.Failure(429, Limit(kind, "2s")).Evidence!.Budgets);

    [Fact]
    public void Failure_Throttle_MessageComesBeforeTheHeaders_Wire31()
    {
        var failure = _fixture.Failure(
            429, Limit("TPM", "2s"),
            ("x-ratelimit-limit-requests", "1000"), ("x-ratelimit-remaining-requests", "7"),
            ("x-ratelimit-limit-tokens", "6000"), ("x-ratelimit-remaining-tokens", "900"));

        Assert.Equal(
            [
                new BudgetEvidence(BudgetMetric.Tokens, TimeSpan.FromMinutes(1), 6000, 966),
                new BudgetEvidence(BudgetMetric.Requests, TimeSpan.FromDays(1), 1000, 7),
            ],
            failure.Evidence!.Budgets);
    }

    [Theory]
    [InlineData("(XPM): Limit 10, Used 3")]
    [InlineData("(TPM): Limit 99999999999999999999, Used 3")]
    [InlineData("(TPM). No numbers")]
    [InlineData("(PM): Limit 10, Used 3")]
    public void Failure_ThrottleWithoutUsableLimit_OnlyCloses_Wire33(string words)
    {
        var failure = _fixture.Failure(429, $$$"""{"error":{"message":"Rate limit reached on tokens {{{words}}}.","type":"tokens","code":"rate_limit_exceeded"}}""");

        Assert.Equal(TimeSpan.FromSeconds(10), failure.Evidence!.ClosedFor);
        Assert.Empty(failure.Evidence.Budgets);
    }

    [Fact]
    public void Failure_Throttle_HeaderComesFirst_Wire33() =>
        Assert.Equal(TimeSpan.FromSeconds(5), _fixture.Failure(429, Limit("TPM", "4.77s"), ("retry-after", "5")).RetryAfter);

    [Theory]
    [InlineData(413, "tokens", "rate_limit_exceeded", FailureClass.TooLarge)]
    [InlineData(400, "invalid_request_error", "json_validate_failed", FailureClass.ModelFailure)]
    [InlineData(400, "invalid_request_error", "tool_use_failed", FailureClass.ModelFailure)]
    [InlineData(400, "invalid_request_error", "model_decommissioned", FailureClass.ModelGone)]
    [InlineData(404, "invalid_request_error", "model_not_found", FailureClass.ModelGone)]
    [InlineData(401, "invalid_request_error", "invalid_api_key", FailureClass.KeyRefused)]
    [InlineData(422, "invalid_request_error", "x", FailureClass.ModelFailure)]
    [InlineData(498, "x", "capacity_exceeded", FailureClass.ThrottledUpstream)]
    [InlineData(400, "invalid_request_error", "x", FailureClass.CallerMistake)]
    [InlineData(503, "internal_server_error", "x", FailureClass.Transient)]
    public void Failure_IsClassified_Wire33(int status, string type, string code, FailureClass expected)
    {
        var failure = _fixture.Failure(status, $$$"""{"error":{"message":"m.","type":"{{{type}}}","code":"{{{code}}}","failed_generation":"secret"}}""");

        Assert.Equal(expected, failure.Class);
        Assert.Equal(code, failure.Code);
        Assert.DoesNotContain("secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Failure_BlockedModel_IsTheModelsFault_Wire33() =>
        Assert.Equal(
            FailureClass.ModelGone,
            _fixture.Failure(403, """{"error":{"message":"The model `m` is blocked at the project level.","type":"permissions_error"}}""").Class);

    [Fact]
    public void Failure_JsonValidate_PassesItsCodeOn_Wire33()
    {
        var error = FailureErrors.ToApiError(_fixture.Failure(
            400, """{"error":{"message":"Failed to validate JSON.","type":"invalid_request_error","code":"json_validate_failed"}}"""));

        Assert.Equal((400, "json_validate_failed"), (error.Status, error.Code));
    }
}
