using System.Text.Json.Nodes;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>Rules of the generic dialect, with Google's compatible endpoint in mind (wire.md 4.1, 4.5).</summary>
public sealed class GenericTests
{
    private readonly AdapterFixture _fixture = new(OpenAiDialect.Generic);

    private static string Google(int code, string status, string message, string details = "") =>
        $$$"""[{"error":{"code":{{{code}}},"message":"{{{message}}}","status":"{{{status}}}","details":[{{{details}}}]}}]""";

    private static string Violations(params string[] quotaIds) =>
        $$"""{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{{string.Join(',', quotaIds.Select(id => $"{{\"quotaId\":\"{id}\"}}"))}}]}""";

    private static string Delay(string delay) => $$"""{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"{{delay}}"}""";

    [Theory]
    [InlineData("\"user\":\"u\"", "user")]
    [InlineData("\"metadata\":{}", "metadata")]
    [InlineData("\"store\":true", "store")]
    [InlineData("\"service_tier\":\"auto\"", "service_tier")]
    [InlineData("\"provider\":{}", "provider")]
    [InlineData("\"made_up\":1", "made_up")]
    [InlineData("\"reasoning_effort\":\"default\"", "reasoning_effort")]
    [InlineData("\"modalities\":[\"text\"]", "modalities")]
    public async Task Request_UnknownFields_AreDropped_Wire11(string fields, string name) =>
        Assert.False((await _fixture.Send(AdapterFixture.With(fields))).ContainsKey(name));

    [Theory]
    [InlineData("\"reasoning_effort\":\"low\"", "reasoning_effort")]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", "modalities")]
    public async Task Request_WhatManyServersKnow_IsSent_Wire11(string fields, string name) =>
        Assert.True((await _fixture.Send(AdapterFixture.With(fields))).ContainsKey(name));

    [Theory]
    [InlineData("\"stream\":true", true)]
    [InlineData("\"stream\":true,\"stream_options\":{\"include_usage\":false,\"include_obfuscation\":true}", true)]
    [InlineData("\"stream\":false", false)]
    public async Task Request_Usage_IsAskedForOnStreams_Wire13(string fields, bool expected)
    {
        var sent = await _fixture.Send(AdapterFixture.With(fields));

        Assert.Equal(expected, JsonNode.DeepEquals(sent["stream_options"], JsonNode.Parse("""{"include_usage":true}""")));
    }

    [Fact]
    public async Task Request_ThoughtSignature_ComesBack_Wire41()
    {
        const string Call = """{"id":"c","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{"thought_signature":"s"}}}""";

        var sent = await _fixture.Send(AdapterFixture.WithMessages(
            AdapterFixture.Hello + $$""",{"role":"assistant","content":null,"refusal":null,"tool_calls":[{{Call}}]},{"role":"tool","tool_call_id":"c","content":"1"}"""));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Call), sent["messages"]![1]!["tool_calls"]![0]));
        Assert.False(sent["messages"]![1]!.AsObject().ContainsKey("refusal"));
    }

    [Fact]
    public void Stream_StopAfterToolCall_BecomesToolCalls_Wire41()
    {
        var run = _fixture.Stream(
            AdapterFixture.With("\"stream\":true"),
            """{"choices":[{"delta":{"role":"assistant","tool_calls":[{"function":{"arguments":"{}","name":"f"},"id":"c","type":"function","extra_content":{"google":{"thought_signature":"s"}}}]},"index":0}],"created":1,"id":"x"}""",
            """{"choices":[{"delta":{"role":"assistant"},"finish_reason":"stop","index":0}],"created":1,"id":"x"}""");

        Assert.Equal("tool_calls", run.FinishReason);
        var call = run.Deltas.ElementAt(1)["tool_calls"]![0]!;
        Assert.Equal(0, (int)call["index"]!);
        Assert.Equal("s", (string?)call["extra_content"]!["google"]!["thought_signature"]);
    }

    [Fact]
    public void Answer_StopAfterToolCall_BecomesToolCalls_Wire41()
    {
        var (answer, _) = _fixture.Answer("""
            {"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}}]}
            """);

        Assert.Equal("tool_calls", (string?)answer["choices"]![0]!["finish_reason"]);
    }

    [Theory]
    [InlineData(400, "INVALID_ARGUMENT", "Invalid JSON payload received.", "", FailureClass.CallerMistake)]
    [InlineData(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", "{\"reason\":\"API_KEY_INVALID\"}", FailureClass.KeyRefused)]
    [InlineData(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8).", "", FailureClass.TooLarge)]
    [InlineData(400, "FAILED_PRECONDITION", "User location is not supported.", "", FailureClass.KeyRefused)]
    [InlineData(401, "UNAUTHENTICATED", "x", "", FailureClass.KeyRefused)]
    [InlineData(403, "PERMISSION_DENIED", "x", "{\"reason\":\"SERVICE_DISABLED\"}", FailureClass.KeyRefused)]
    [InlineData(404, "NOT_FOUND", "models/x is not found for API version v1beta", "", FailureClass.ModelGone)]
    [InlineData(499, "CANCELLED", "x", "", FailureClass.Transient)]
    [InlineData(500, "INTERNAL", "x", "", FailureClass.Transient)]
    [InlineData(503, "UNAVAILABLE", "The model is overloaded.", "", FailureClass.Transient)]
    [InlineData(504, "DEADLINE_EXCEEDED", "x", "", FailureClass.Transient)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: x, limit: 0, model: y", "", FailureClass.ModelGone)]
    [InlineData(429, "RESOURCE_EXHAUSTED", "Quota exceeded for metric: x, limit: 05", "", FailureClass.Throttled)]
    public void Failure_Google_IsClassified_Wire45(int status, string google, string message, string details, FailureClass expected)
    {
        var wrapped = Google(status, google, message, details);

        Assert.Equal(expected, _fixture.Failure(status, wrapped).Class);
        Assert.Equal(expected, _fixture.Failure(status, wrapped[1..^1]).Class);
    }

    [Theory]
    [InlineData("34s", 34)]
    [InlineData("34.074824224s", 34.0748242)]
    public void Failure_GoogleMinute_ClosesForTheDelay_Wire45(string delay, double seconds)
    {
        var body = Google(429, "RESOURCE_EXHAUSTED", "Quota.", Violations("GenerateRequestsPerMinutePerProjectPerModel-FreeTier") + "," + Delay(delay));

        var failure = _fixture.Failure(429, body);

        Assert.Equal(FailureClass.Throttled, failure.Class);
        Assert.Equal(seconds, failure.Evidence!.ClosedFor.TotalSeconds, 0.001);
    }

    [Fact]
    public void Failure_GoogleDay_ClosesUntilMidnightInLosAngeles_Wire45()
    {
        var body = Google(
            429, "RESOURCE_EXHAUSTED", "Quota.",
            Violations("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "GenerateRequestsPerDayPerProjectPerModel-FreeTier") + "," + Delay("3s"));

        var failure = _fixture.Failure(429, body);

        Assert.Equal(FailureClass.QuotaGone, failure.Class);
        Assert.Equal(TimeSpan.FromHours(20), failure.Evidence!.ClosedFor);
    }

    [Fact]
    public void Failure_GoogleWithoutDetails_WaitIsInTheWords_Wire45() =>
        Assert.Equal(
            34.07,
            _fixture.Failure(429, """{"error":{"code":429,"message":"Please retry in 34.07s.","status":"RESOURCE_EXHAUSTED"}}""").RetryAfter!.Value.TotalSeconds,
            0.001);

    [Theory]
    [InlineData("\"contents\"")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""{"error":{"message":5,"code":{},"details":[1,"x",{"violations":5}],"metadata":"x","status":5}}""")]
    [InlineData("""{"error":{"message":"\ud800"}}""")]
    [InlineData("""{"error":{"message":"x","metadata":{"\ud800":1},"details":[{"\udc00":1}]}}""")]
    public void Failure_OddShapes_DoNoHarm(string body) => Assert.Equal(FailureClass.Transient, _fixture.Failure(500, body).Class);

    private const string Overloaded = """[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]""";

    [Fact]
    public void Stream_ErrorInAnArray_IsRead_Wire41()
    {
        var run = _fixture.Stream(AdapterFixture.With("\"stream\":true"), Overloaded);

        Assert.Equal([StreamEvent.Failed], run.Kinds);
        Assert.Equal((503, "The model is overloaded."), (run.Translator.Failure!.Status, run.Translator.Failure.Message));
    }

    [Fact]
    public void Answer_ErrorInAnArray_IsRead_Wire41() =>
        Assert.Equal((503, "The model is overloaded."), (_fixture.AnswerFails(Overloaded).Status, _fixture.AnswerFails(Overloaded).Message));

    [Theory]
    [InlineData("""[{"choices":[{"index":0,"delta":{"content":"a"}}]}]""")]
    [InlineData("""[{"error":{"message":"x"}}""")]
    [InlineData("[]")]
    public void Stream_OtherArray_IsMalformed_Wire41(string data) =>
        Assert.Equal([StreamEvent.Malformed], _fixture.Stream(AdapterFixture.With("\"stream\":true"), data).Kinds);
}
