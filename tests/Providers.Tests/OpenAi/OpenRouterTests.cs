using System.Globalization;
using System.Text.Json.Nodes;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>OpenRouter's own rules (wire.md 2).</summary>
public sealed class OpenRouterTests
{
    private readonly AdapterFixture _fixture = new(OpenAiDialect.OpenRouter);

    private static string Reset(TimeSpan fromNow) =>
        (AdapterFixture.Now + fromNow).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Error(int code, string message, string extra = "") =>
        $$$"""{"error":{"code":{{{code}}},"message":"{{{message}}}"{{{extra}}}},"user_id":"user_abcdef"}""";

    [Fact]
    public void Request_Attribution_IsOurOwn_Wire21()
    {
        using var message = _fixture.Adapter.CreateRequest(AdapterFixture.Request(AdapterFixture.With("\"user\":\"u\"")), AdapterFixture.Target);

        Assert.Equal("ThotNet", Assert.Single(message.Headers.GetValues("X-OpenRouter-Title")));
        Assert.True(Uri.TryCreate(Assert.Single(message.Headers.GetValues("HTTP-Referer")), UriKind.Absolute, out _));
    }

    [Theory]
    [InlineData("\"provider\":{\"sort\":\"price\"}", "provider")]
    [InlineData("\"top_k\":5", "top_k")]
    [InlineData("\"reasoning\":{\"effort\":\"low\"}", "reasoning")]
    [InlineData("\"user\":\"u\"", "user")]
    [InlineData("\"metadata\":{}", "metadata")]
    [InlineData("\"made_\\u0075p\":1", "made_up")]
    public async Task Request_Extras_ArePassedOn_Wire21(string fields, string name) =>
        Assert.True((await _fixture.Send(AdapterFixture.With(fields))).ContainsKey(name));

    [Theory]
    [InlineData("\"reasoning_effort\":\"default\"")]
    [InlineData("\"reasoning_effort\":\"d\\u0065fault\"")]
    public async Task Request_EffortOfGroqs_IsSaidByLeavingItOut_Wire34(string field) =>
        Assert.False((await _fixture.Send(AdapterFixture.With(field))).ContainsKey("reasoning_effort"));

    [Fact]
    public async Task Request_Messages_AreSentAsTheyStand_Wire22()
    {
        const string Messages = """
            {"role":"developer","name":"x","content":"a"},{"role":"assistant","content":null,"reasoning_details":[{"type":"reasoning.encrypted","data":"z"}],"refusal":"r"}
            """;

        var sent = await _fixture.Send(AdapterFixture.WithMessages(Messages));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($"[{Messages}]"), sent["messages"]));
    }

    [Fact]
    public async Task Request_Usage_IsNotAskedFor_Wire22() =>
        Assert.False((await _fixture.Send(AdapterFixture.With("\"stream\":true,\"stream_options\":{\"include_usage\":true}"))).ContainsKey("stream_options"));

    [Fact]
    public void Stream_Recorded_BecomesOpenAis_Wire22()
    {
        var run = _fixture.Stream(
            AdapterFixture.With("\"stream\":true"),
            """{"id":"gen-1","provider":"Acme","model":"m","object":"chat.completion.chunk","created":1700000000,"choices":[],"debug":{"echo_upstream_body":{}}}""",
            """{"id":"gen-1","provider":"Acme","model":"m","created":1700000000,"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm"}]},"finish_reason":null,"native_finish_reason":null,"logprobs":null}]}""",
            """{"id":"gen-1","provider":"Acme","model":"m","created":1700000000,"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"},"finish_reason":null,"native_finish_reason":null}]}""",
            """{"id":"gen-1","provider":"Acme","model":"m","created":1700000000,"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":"stop","native_finish_reason":"STOP"}]}""",
            """{"id":"gen-1","provider":"Acme","model":"m","created":1700000000,"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"cost":0.0001,"is_byok":false,"completion_tokens_details":{"reasoning_tokens":1}}}""",
            "[DONE]");

        Assert.Equal(new TokenUsage(1, 2, 3, 0, 1), run.Translator.Usage);
        Assert.Equal("Hi", run.Content);
        Assert.Equal("stop", run.FinishReason);
        Assert.Equal("hm", (string?)run.Deltas.ElementAt(1)["reasoning"]);
        Assert.DoesNotContain("native_finish_reason", run.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("cost", run.Text + run.Ending, StringComparison.Ordinal);
        Assert.Empty(run.EndingChunks);
    }

    [Fact]
    public void Failure_PlatformMinute_ClosesUntilTheReset_Wire23()
    {
        var body = Error(429, "Rate limit exceeded: free-models-per-min.");

        var failure = _fixture.Failure(429, body, ("X-RateLimit-Reset", Reset(TimeSpan.FromSeconds(30))));

        Assert.Equal(FailureClass.Throttled, failure.Class);
        Assert.Equal(TimeSpan.FromSeconds(30), failure.Evidence!.ClosedFor);
        Assert.Equal(TimeSpan.FromSeconds(30), failure.RetryAfter);
    }

    [Theory]
    [InlineData("free-models-per-day. Add 10 credits to unlock 1000 free model requests per day")]
    [InlineData("free-models-per-day-high-balance")]
    public void Failure_PlatformDay_ClosesForTheDay_Wire23(string words)
    {
        var metadata = $$$""","metadata":{"headers":{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"{{{Reset(TimeSpan.FromHours(12))}}}"}}""";

        var failure = _fixture.Failure(429, Error(429, $"Rate limit exceeded: {words}", metadata));

        Assert.Equal(FailureClass.QuotaGone, failure.Class);
        Assert.Equal(TimeSpan.FromHours(12), failure.Evidence!.ClosedFor);
    }

    [Theory]
    [InlineData("free-models-per-min. ", BudgetMetric.Requests, 60)]
    [InlineData("free-models-per-day-high-balance", BudgetMetric.Requests, 86400)]
    [InlineData("free-model-tokens-per-day. ", BudgetMetric.Tokens, 86400)]
    public void Failure_Platform_TellsTheLimit_Wire23(string words, BudgetMetric metric, int seconds)
    {
        var metadata = $$$""","metadata":{"headers":{"X-RateLimit-Limit":"50","X-RateLimit-Remaining":"0","X-RateLimit-Reset":"{{{Reset(TimeSpan.FromSeconds(9))}}}"}}""";

        var evidence = _fixture.Failure(429, Error(429, $"Rate limit exceeded: {words}", metadata)).Evidence!;

        Assert.Equal(TimeSpan.FromSeconds(9), evidence.ClosedFor);
        Assert.Equal([new BudgetEvidence(metric, TimeSpan.FromSeconds(seconds), 50, 0)], evidence.Budgets);
    }

    [Theory]
    [InlineData("free-models-per-min.", "x", "y")]
    [InlineData("something new", "50", "0")]
    public void Failure_PlatformWithoutUsableLimit_OnlyCloses_Wire23(string words, string limit, string remaining) =>
        Assert.Empty(_fixture.Failure(
            429, Error(429, $"Rate limit exceeded: {words}"), ("X-RateLimit-Limit", limit), ("X-RateLimit-Remaining", remaining)).Evidence!.Budgets);

    [Fact]
    public void Failure_PlatformDayWithoutReset_ClosesUntilUtcMidnight_Wire24() =>
        Assert.Equal(TimeSpan.FromHours(12), _fixture.Failure(429, Error(429, "Rate limit exceeded: free-models-per-day")).Evidence!.ClosedFor);

    [Fact]
    public void Failure_UpstreamThrottle_SaysNothingOfOurQuota_Wire23()
    {
        const string Metadata = ""","metadata":{"raw":"m is temporarily rate-limited upstream. Please retry shortly.","provider_name":"Acme"}""";

        var failure = _fixture.Failure(429, Error(429, "Provider returned error", Metadata), ("Retry-After", "8"));

        Assert.Equal(FailureClass.ThrottledUpstream, failure.Class);
        Assert.Null(failure.Evidence);
        Assert.Equal(TimeSpan.FromSeconds(8), failure.RetryAfter);
    }

    [Theory]
    [InlineData(400, "org/x is not a valid model ID", "", FailureClass.ModelGone)]
    [InlineData(403, "Flagged", ",\"metadata\":{\"reasons\":[\"violence\"],\"flagged_input\":\"x\",\"provider_name\":\"Acme\"}", FailureClass.ContentPolicy)]
    [InlineData(403, "Blocked by guardrail", "", FailureClass.ContentPolicy)]
    [InlineData(403, "Not available in your region", "", FailureClass.ModelGone)]
    [InlineData(401, "Provider returned error", ",\"metadata\":{\"provider_name\":\"Acme\"}", FailureClass.Transient)]
    [InlineData(401, "No auth credentials found", "", FailureClass.KeyRefused)]
    [InlineData(404, "No endpoints found for org/x:free.", "", FailureClass.ModelGone)]
    [InlineData(404, "Gone", ",\"availability\":{\"code\":\"free_variant_ended\"}", FailureClass.ModelGone)]
    [InlineData(404, "No", ",\"availability\":{\"code\":\"constraint_filtered\"}", FailureClass.ModelFailure)]
    [InlineData(404, "No endpoints found that support tool use.", "", FailureClass.ModelFailure)]
    [InlineData(404, "No allowed providers are available for the selected model.", "", FailureClass.ModelFailure)]
    [InlineData(404, "Away", ",\"availability\":{\"code\":\"model_unavailable_upstream\"}", FailureClass.Transient)]
    [InlineData(429, "Busy", ",\"availability\":{\"code\":\"capacity_exhausted\",\"retry_after\":3}", FailureClass.ThrottledUpstream)]
    [InlineData(422, "Unprocessable", "", FailureClass.CallerMistake)]
    [InlineData(400, "Provider returned error", ",\"metadata\":{\"raw\":\"maximum context length is 10\",\"provider_name\":\"A\"}", FailureClass.TooLarge)]
    [InlineData(400, "Bad", ",\"metadata\":{\"error_type\":\"content_policy_violation\"}", FailureClass.ContentPolicy)]
    [InlineData(502, "Provider returned error", ",\"metadata\":{\"error_type\":\"provider_unavailable\"}", FailureClass.Transient)]
    public void Failure_IsClassified_Wire23(int status, string message, string extra, FailureClass expected) =>
        Assert.Equal(expected, _fixture.Failure(status, Error(status, message, extra)).Class);

    [Fact]
    public void Failure_Availability_TellsTheWait_Wire23() =>
        Assert.Equal(
            TimeSpan.FromSeconds(3),
            _fixture.Failure(503, Error(503, "Busy", ",\"availability\":{\"code\":\"temporarily_unavailable\",\"retry_after\":3}")).RetryAfter);

    [Fact]
    public void Failure_HtmlMissing_IsNotTheModelsEnd() => Assert.Equal(FailureClass.Transient, _fixture.Failure(404, "<html>").Class);
}
