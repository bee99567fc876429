using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.Gemini.Answers;
using ThotNet.Providers.Tests.OpenAi;
using static ThotNet.Providers.Tests.Gemini.Answers.GeminiSamples;

namespace ThotNet.Providers.Tests.Gemini.Answers;

/// <summary>Complete answers (wire.md 4.3, 4.7).</summary>
public sealed class GeminiAnswerTests
{
    private readonly AdapterFixture _fixture = Fixture();

    private JsonObject Message(string parts, string finish = "STOP") =>
        _fixture.Answer(Answer(Candidate(parts, finish))).Answer["choices"]![0]!["message"]!.AsObject();

    private string? Finish(string parts, string finish) =>
        (string?)_fixture.Answer(Answer(Candidate(parts, finish))).Answer["choices"]![0]!["finish_reason"];

    private static void AssertJson(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString() ?? "null");

    [Fact]
    public void Answer_Whole_IsOpenAis_Rule51()
    {
        var (answer, usage) = _fixture.Answer(Answer(
            Candidate(Text("Hello"), "STOP", 0, ""","safetyRatings":[],"avgLogprobs":-0.1"""), $",\"usageMetadata\":{Usage}"));

        AssertJson(
            """
            {"id":"chatcmpl-r1","object":"chat.completion","created":1795348800,"model":"acme/org/model-1","choices":[{"index":0,"message":
            {"role":"assistant","content":"Hello","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":9,
            "completion_tokens":315,"total_tokens":324,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":302}}}
            """,
            answer);
        Assert.Equal(new TokenUsage(9, 315, 324, 0, 302), usage);
    }

    [Fact]
    public void Answer_WithoutResponseId_HasAnIdOfItsOwn_Rule51()
    {
        const string Body = """{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}""";

        var ids = new[] { _fixture.Answer(Body), _fixture.Answer(Body) }.Select(run => (string?)run.Answer["id"]).ToList();

        Assert.All(ids, id => Assert.Matches("^chatcmpl-[0-9a-f]{32}$", id));
        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public void Answer_Texts_AreJoinedWithoutThoughts_Rule44()
    {
        var message = Message($"{Thought("hm ")},{Text("a\\n\\u00e9\\\"")},{Thought("so")},{Text("ü😀")}");

        Assert.Equal("a\né\"ü😀", (string?)message["content"]);
        Assert.Equal("hm so", (string?)message["reasoning_content"]);
    }

    [Fact]
    public void Answer_SurrogatesInTwoParts_BecomeOneCharacter_Rule44() =>
        Assert.Equal("😀", (string?)Message($"{Text("\\ud83d")},{Text("\\ude00")}")["content"]);

    [Fact]
    public void Answer_Call_IsOpenAis_Rule45()
    {
        var message = Message(Call("f", "{\n  \"a b\": [ 1, \"x y\\\" z\" ],\n\t\"c\": { }\r\n}"));

        AssertJson(
            """[{"id":"call_chatcmpl-r1_0_0","type":"function","function":{"name":"f","arguments":"{\"a b\":[1,\"x y\\\" z\"],\"c\":{}}"}}]""",
            message["tool_calls"]);
    }

    [Theory]
    [InlineData("""{"functionCall":{"name":"f"}}""")]
    [InlineData("""{"functionCall":{"name":"f","args":null}}""")]
    [InlineData("""{"functionCall":{"name":"f","args":{}}}""")]
    public void Answer_CallWithoutArguments_HasAnEmptyObject_Rule45(string part) =>
        Assert.Equal("{}", (string?)Message(part)["tool_calls"]![0]!["function"]!["arguments"]);

    [Fact]
    public void Answer_GooglesOwnId_IsKept_Rule45() =>
        Assert.Equal("own-1", (string?)Message("""{"functionCall":{"id":"own-1","name":"f","args":{}}}""")["tool_calls"]![0]!["id"]);

    [Fact]
    public void Answer_ManyCalls_HaveIdsOfTheirOwn_Rule45()
    {
        var (answer, _) = _fixture.Answer(Answer($"{Candidate($"{Call("f")},{Call("g")}")},{Candidate(Call("f"), index: 1)}"));

        Assert.Equal(
            ["call_chatcmpl-r1_0_0", "call_chatcmpl-r1_0_1", "call_chatcmpl-r1_1_0"],
            answer["choices"]!.AsArray().SelectMany(choice => choice!["message"]!["tool_calls"]!.AsArray()).Select(call => (string?)call!["id"]));
    }

    [Fact]
    public void Answer_CallsWithoutResponseId_HaveOtherIdsInEachTurn_Rule45()
    {
        var body = $$"""{"candidates":[{{Candidate(Call("f"))}}]}""";

        var ids = new[] { _fixture.Answer(body), _fixture.Answer(body) }
            .Select(run => (string?)run.Answer["choices"]![0]!["message"]!["tool_calls"]![0]!["id"]).ToList();

        Assert.NotEqual(ids[0], ids[1]);
    }

    [Fact]
    public void Answer_Signature_IsHandedOutAndRemembered_Rule19()
    {
        var memory = new ThoughtMemory();
        var output = new ArrayBufferWriter<byte>();
        var body = Answer(Candidate($"{Call("f", "{}", ",\"thoughtSignature\":\"c2ln\"")},{Call("g")},{{\"text\":\"\",\"thoughtSignature\":\"bGF0ZQ==\"}}"));

        new GeminiAnswerTranslator(default, memory).Translate(Encoding.UTF8.GetBytes(body), "key-1", AdapterFixture.Target, AdapterFixture.Now, output);

        var calls = JsonNode.Parse(output.WrittenSpan)!["choices"]![0]!["message"]!["tool_calls"]!;
        AssertJson("""{"google":{"thought_signature":"c2ln"}}""", calls[0]!["extra_content"]);
        Assert.False(calls[1]!.AsObject().ContainsKey("extra_content"));
        Assert.Equal("c2ln", memory.Recall("key-1", "call_chatcmpl-r1_0_0"));
        Assert.Null(memory.Recall("key-1", "call_chatcmpl-r1_0_1"));
        Assert.Null(memory.Recall("key-2", "call_chatcmpl-r1_0_0"));
    }

    [Fact]
    public void Answer_OnlyCalls_HasNullContent_Rule46()
    {
        var message = Message(Call("f"));

        Assert.True(message.ContainsKey("content"));
        Assert.Null(message["content"]);
    }

    [Fact]
    public void Answer_TextAndCalls_HasBoth_Rule46()
    {
        var message = Message($"{Text("a")},{Call("f")}");

        Assert.Equal("a", (string?)message["content"]);
        Assert.Single(message["tool_calls"]!.AsArray());
    }

    [Theory]
    [InlineData("""{"candidates":[{"finishReason":"MAX_TOKENS","index":0}]}""", "length")]
    [InlineData("""{"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS"}]}""", "length")]
    [InlineData("""{"candidates":[{"content":{},"finishReason":"SAFETY"}]}""", "content_filter")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"only thought","thought":true}]},"finishReason":"MAX_TOKENS"}]}""", "length")]
    [InlineData("""{"candidates":[{"content":{"parts":[{}]},"finishReason":"STOP"}]}""", "stop")]
    public void Answer_NothingWritten_StillHasAChoice_Rule46(string body, string finish)
    {
        var choice = Assert.Single(_fixture.Answer(body).Answer["choices"]!.AsArray());

        Assert.Equal("", (string?)choice!["message"]!["content"]);
        Assert.Equal(finish, (string?)choice["finish_reason"]);
    }

    [Fact]
    public void Answer_Images_AreDataUrls_Rule47()
    {
        var message = Message(Text("see") + """
            ,{"x":1},{"inlineData":{"mimeType":"image/png","data":"aGk\u003d"}},{"inlineData":{"mimeType":"audio/wav","data":"eA=="}},
            {"thought":true,"inlineData":{"mimeType":"image/png","data":"eA=="}}
            """);

        AssertJson("""[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]""", message["images"]);
        Assert.Equal("see", (string?)message["content"]);
    }

    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("RECITATION", "content_filter")]
    [InlineData("BLOCKLIST", "content_filter")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("SPII", "content_filter")]
    [InlineData("IMAGE_SAFETY", "content_filter")]
    [InlineData("IMAGE_PROHIBITED_CONTENT", "content_filter")]
    [InlineData("IMAGE_RECITATION", "content_filter")]
    [InlineData("LANGUAGE", "stop")]
    [InlineData("OTHER", "stop")]
    [InlineData("NO_IMAGE", "stop")]
    [InlineData("IMAGE_OTHER", "stop")]
    [InlineData("MALFORMED_FUNCTION_CALL", "stop")]
    [InlineData("UNEXPECTED_TOOL_CALL", "stop")]
    [InlineData("TOO_MANY_TOOL_CALLS", "stop")]
    [InlineData("MISSING_THOUGHT_SIGNATURE", "stop")]
    [InlineData("MALFORMED_RESPONSE", "stop")]
    [InlineData("FINISH_REASON_UNSPECIFIED", "stop")]
    [InlineData("QUITE_NEW", "stop")]
    public void Answer_FinishReason_IsLegal_Rule48(string given, string expected) => Assert.Equal(expected, Finish(Text("a"), given));

    [Theory]
    [InlineData("STOP", "tool_calls")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("TOO_MANY_TOOL_CALLS", "stop")]
    public void Answer_FinishReasonAfterCalls_Rule48(string given, string expected) => Assert.Equal(expected, Finish(Call("f"), given));

    [Theory]
    [InlineData("MALFORMED_FUNCTION_CALL")]
    [InlineData("UNEXPECTED_TOOL_CALL")]
    [InlineData("TOO_MANY_TOOL_CALLS")]
    [InlineData("MISSING_THOUGHT_SIGNATURE")]
    [InlineData("MALFORMED_RESPONSE")]
    public void Answer_SpoiltByTheModel_MayDoBetterElsewhere_Rule48(string finish)
    {
        var failure = _fixture.AnswerFails($$"""{"candidates":[{"content":{},"finishReason":"{{finish}}","finishMessage":"x"}],"usageMetadata":{{Usage}}}""");

        Assert.Equal((FailureClass.ModelFailure, "model_failure"), (failure.Class, failure.Code));
        Assert.Contains(finish, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SAFETY")]
    [InlineData("OTHER")]
    [InlineData("BLOCKLIST")]
    [InlineData("PROHIBITED_CONTENT")]
    [InlineData("IMAGE_SAFETY")]
    [InlineData("QUITE_NEW")]
    public void Answer_BlockedPrompt_IsARefusal_Rule49(string reason)
    {
        var (answer, usage) = _fixture.Answer($$"""
            {"promptFeedback":{"safetyRatings":[{"blocked":true}],"blockReason":"{{reason}}"},
            "usageMetadata":{"promptTokenCount":7,"totalTokenCount":7} }
            """);

        AssertJson(
            """
            {"index":0,"message":{"role":"assistant","content":null,"refusal":"The provider refused this prompt because of its content."},
            "logprobs":null,"finish_reason":"content_filter"}
            """,
            Assert.Single(answer["choices"]!.AsArray()));
        Assert.Equal(new TokenUsage(7, 0, 7), usage);
    }

    [Theory]
    [InlineData("""{"promptTokenCount":9,"candidatesTokenCount":13,"thoughtsTokenCount":302,"totalTokenCount":324}""", 9, 315, 324, 0, 302)]
    [InlineData("""{"promptTokenCount":9,"candidatesTokenCount":315,"thoughtsTokenCount":302,"totalTokenCount":324}""", 9, 315, 324, 0, 302)]
    [InlineData("""{"promptTokenCount":9,"candidatesTokenCount":5,"toolUsePromptTokenCount":4,"totalTokenCount":18}""", 13, 5, 18, 0, 0)]
    [InlineData("""{"promptTokenCount":9,"cachedContentTokenCount":8,"totalTokenCount":9}""", 9, 0, 9, 8, 0)]
    [InlineData("""{"promptTokenCount":9,"candidatesTokenCount":2}""", 9, 2, 11, 0, 0)]
    [InlineData("""{"promptTokenCount":9,"thoughtsTokenCount":30,"totalTokenCount":9}""", 9, 30, 39, 0, 30)]
    public void Answer_Usage_CountsThoughtsOnce_Rule50(string given, long prompt, long completion, long total, long cached, long reasoning)
    {
        var (answer, usage) = _fixture.Answer(Answer(Candidate(Text("a")), $",\"usageMetadata\":{given}"));

        Assert.Equal(new TokenUsage(prompt, completion, total, cached, reasoning), usage);
        Assert.Equal(total, (long)answer["usage"]!["total_tokens"]!);
    }

    [Theory]
    [InlineData("")]
    [InlineData(",\"usageMetadata\":{\"trafficType\":\"ON_DEMAND\"}")]
    [InlineData(",\"usageMetadata\":null")]
    public void Answer_NoCounts_AreNotMadeUp_Rule50(string more)
    {
        var (answer, usage) = _fixture.Answer(Answer(Candidate(Text("a")), more));

        Assert.Null(usage);
        Assert.False(answer.ContainsKey("usage"));
    }

    [Theory]
    [InlineData(null, null, 0, 1)]
    [InlineData(null, 1, 0, 1)]
    [InlineData(1, null, 1, 0)]
    [InlineData(0, 1, 0, 1)]
    public void Answer_ManyCandidates_AreNumbered_Wire43(int? first, int? second, int expectedFirst, int expectedSecond)
    {
        var (answer, _) = _fixture.Answer(Answer($"{Candidate(Text("a"), "STOP", first)},{Candidate(Text("b"), "MAX_TOKENS", second)}"));

        Assert.Equal(
            [(expectedFirst, "a", "stop"), (expectedSecond, "b", "length")],
            answer["choices"]!.AsArray().Select(choice => ((int)choice!["index"]!, (string)choice["message"]!["content"]!, (string)choice["finish_reason"]!)));
    }

    [Fact]
    public void Answer_LogProbs_AreOpenAis_Rule53()
    {
        const string LogProbs = """
            ,"logprobsResult":{"chosenCandidates":[{"token":"é","tokenId":7,"logProbability":-0.5},{"token":"b"}],
            "topCandidates":[{"candidates":[{"token":"é","logProbability":-0.5},{"token":"x","logProbability":-2.25}]}]}
            """;

        var (answer, _) = _fixture.Answer(Answer(Candidate(Text("éb"), "STOP", 0, LogProbs)));

        AssertJson(
            """
            {"content":[{"token":"é","logprob":-0.5,"bytes":[195,169],"top_logprobs":[{"token":"é","logprob":-0.5,"bytes":[195,169]},
            {"token":"x","logprob":-2.25,"bytes":[120]}]},{"token":"b","logprob":0,"bytes":[98],"top_logprobs":[]}],"refusal":null}
            """,
            answer["choices"]![0]!["logprobs"]);
    }

    [Fact]
    public void Answer_Citations_AreLeftOut_Rule54()
    {
        var (answer, _) = _fixture.Answer(Answer(Candidate(
            Text("a"), "STOP", 0, ""","citationMetadata":{"citationSources":[{"uri":"x"}]},"groundingMetadata":{"webSearchQueries":["q"]}""")));

        AssertJson("""{"role":"assistant","content":"a","refusal":null}""", answer["choices"]![0]!["message"]);
    }

    [Theory]
    [InlineData("""{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}""")]
    [InlineData("""[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]""")]
    [InlineData(""" [ {"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}} , {} ] """)]
    public void Answer_ErrorInA200_IsAFailure_Wire45(string body)
    {
        var failure = _fixture.AnswerFails(body);

        Assert.Equal((FailureClass.Transient, 503, "The model is overloaded."), (failure.Class, failure.Status, failure.Message));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("\"x\"")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""[{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}]""")]
    [InlineData("{}")]
    [InlineData("""{"candidates":[]}""")]
    [InlineData("""{"candidates":5}""")]
    [InlineData("""{"candidates":[5]}""")]
    [InlineData("""{"promptFeedback":{"safetyRatings":[]}}""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"cut""")]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]}}]} x""")]
    [InlineData("""{"candidates":[{"\ud800":1,"content":{"parts":[{"text":"a"}]}}]}""")]
    [InlineData("<html>")]
    public void Answer_Unreadable_IsAFailure(string body)
    {
        var failure = _fixture.AnswerFails(body);

        Assert.Equal((FailureClass.Transient, "provider_unreadable"), (failure.Class, failure.Code));
    }

    [Fact]
    public void Answer_NotUtf8_IsAFailure() => Assert.Equal("provider_unreadable", _fixture.AnswerFails([(byte)'"', 0xFF, (byte)'"']).Code);
}
