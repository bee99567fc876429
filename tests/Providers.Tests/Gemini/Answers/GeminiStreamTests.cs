using System.Text.Json.Nodes;
using ThotNet.Providers.Tests.OpenAi;
using static ThotNet.Providers.Tests.Gemini.Answers.GeminiSamples;

namespace ThotNet.Providers.Tests.Gemini.Answers;

/// <summary>Streams (wire.md 4.4, rule 52).</summary>
public sealed class GeminiStreamTests
{
    private static readonly string Stop = Answer(Candidate(Text(""), "STOP", 0));

    private readonly AdapterFixture _fixture = Fixture();

    private StreamRun Run(string fields, params string[] events) => _fixture.Stream(AdapterFixture.With(fields), events);

    private static string Event(string parts, string? finish = null, int? index = 0, string more = "") => Answer(Candidate(parts, finish, index), more);

    private static string Counts(string counts) => $",\"usageMetadata\":{counts}";

    private static void AssertDeltas(StreamRun run, params string[] expected) =>
        Assert.Equal(expected.Select(text => JsonNode.Parse(text)!.ToJsonString()), run.Deltas.Select(delta => delta.ToJsonString()));

    [Fact]
    public void Stream_Whole_HasOpenAisOrder_Rule52()
    {
        var run = Run(Plain, Event(Text("Hel")), Event(Text("lo")), Stop);

        AssertDeltas(run, """{"role":"assistant","content":""}""", """{"content":"Hel"}""", """{"content":"lo"}""", "{}");
        Assert.Equal([null, null, null, "stop"], run.Choices.Select(choice => (string?)choice["finish_reason"]));
        Assert.Equal([StreamEvent.Content, StreamEvent.Content, StreamEvent.None], run.Kinds);
        Assert.True(run.Translator.Finished);
        Assert.EndsWith("data: [DONE]\n\n", run.Ending, StringComparison.Ordinal);
        Assert.All(run.Chunks.Concat(run.EndingChunks), chunk =>
        {
            Assert.Equal("chatcmpl-r1", (string?)chunk["id"]);
            Assert.Equal("chat.completion.chunk", (string?)chunk["object"]);
            Assert.Equal(1795348800, (long)chunk["created"]!);
            Assert.Equal("acme/org/model-1", (string?)chunk["model"]);
            Assert.False(chunk.ContainsKey("usage"));
        });
    }

    [Fact]
    public void Stream_UsageAskedFor_ComesOnceAtTheEnd_Rule52()
    {
        var run = Run(WithUsage, Event(Text("a"), null, 0, Counts(Usage)), Stop);

        Assert.All(run.Chunks, chunk => Assert.True(chunk.ContainsKey("usage") && chunk["usage"] is null));
        Assert.Equal(2, run.EndingChunks.Count);
        Assert.Null(run.EndingChunks[0]["usage"]);
        Assert.Equal("[]", run.EndingChunks[1]["choices"]!.ToJsonString());
        Assert.Equal(324, (long)run.EndingChunks[1]["usage"]!["total_tokens"]!);
    }

    [Fact]
    public void Stream_Usage_IsTheLastWithCounts_Wire44()
    {
        var run = Run(
            Plain,
            Event(Text("a"), null, 0, Counts("""{"promptTokenCount":5,"candidatesTokenCount":1,"totalTokenCount":6}""")),
            Event(Text("b"), null, 0, Counts("""{"promptTokenCount":5,"candidatesTokenCount":4,"totalTokenCount":9}""")),
            Event(Text("c"), "STOP", 0, Counts("""{"trafficType":"ON_DEMAND"}""")));

        Assert.Equal(new TokenUsage(5, 4, 9), run.Translator.Usage);
    }

    [Fact]
    public void Stream_LastEventWithEmptyText_HasNoContent_Wire44()
    {
        var run = Run(Plain, Event(Text("a")), Event("""{"text":"","thoughtSignature":"c2ln"}""", "STOP"));

        AssertDeltas(run, """{"role":"assistant","content":""}""", """{"content":"a"}""", "{}");
        Assert.Equal([StreamEvent.Content, StreamEvent.None], run.Kinds);
    }

    [Fact]
    public void Stream_CallThenStop_FinishesWithToolCalls_Wire44()
    {
        var run = Run(Plain, Event(Call("f", "{ \"a\": 1 }", ",\"thoughtSignature\":\"c2ln\"")), Event("""{"text":"","thoughtSignature":"bGF0ZQ=="}""", "STOP"));

        AssertDeltas(
            run,
            """{"role":"assistant","content":""}""",
            """
            {"tool_calls":[{"index":0,"id":"call_chatcmpl-r1_0_0","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},
            "extra_content":{"google":{"thought_signature":"c2ln"}}}]}
            """,
            "{}");
        Assert.Equal("tool_calls", run.FinishReason);
        Assert.Equal(StreamEvent.Content, run.Kinds[0]);
    }

    [Fact]
    public void Stream_ParallelCalls_AreNumberedOverAllEvents_Wire44()
    {
        var run = Run(Plain, Event($"{Call("f")},{Call("g")}"), Event("""{"functionCall":{"name":"h"}}"""), Stop);

        var calls = run.Deltas.SelectMany(delta => delta["tool_calls"]?.AsArray() ?? []).ToList();
        Assert.Equal([0, 1, 2], calls.Select(call => (int)call!["index"]!));
        Assert.Equal(["f", "g", "h"], calls.Select(call => (string?)call!["function"]!["name"]));
        Assert.Equal(3, calls.Select(call => (string?)call!["id"]).Distinct().Count());
        Assert.Equal("{}", (string?)calls[2]!["function"]!["arguments"]);
    }

    [Fact]
    public void Stream_Calls_AreNumberedForEachChoice_Wire44()
    {
        var run = Run(Plain, Answer($"{Candidate(Call("f"), null, 0)},{Candidate(Call("g"), null, 1)}"), Event(Call("h"), "STOP", 1), Event("", "STOP"));

        var calls = run.Choices.SelectMany(choice => (choice["delta"]!["tool_calls"]?.AsArray() ?? []).Select(call => ((int)choice["index"]!, (int)call!["index"]!)));
        Assert.Equal([(0, 0), (1, 0), (1, 1)], calls);
    }

    [Fact]
    public void Stream_Thoughts_AreReasoning_Rule44()
    {
        var run = Run(Plain, Event(Thought("hm")), Event($"{Thought("so")},{Text("a")}"), Stop);

        AssertDeltas(
            run,
            """{"role":"assistant","content":""}""",
            """{"reasoning_content":"hm"}""",
            """{"reasoning_content":"so","content":"a"}""",
            "{}");
        Assert.Equal(StreamEvent.Content, run.Kinds[0]);
    }

    [Fact]
    public void Stream_Images_AreDataUrls_Rule47()
    {
        var run = Run(Plain, Event("""{"inlineData":{"mimeType":"image/png","data":"aGk="}}"""), Stop);

        AssertDeltas(
            run,
            """{"role":"assistant","content":""}""",
            """{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,aGk="}}]}""",
            "{}");
    }

    [Fact]
    public void Stream_StopWithEveryEvent_LosesNothing_Wire44()
    {
        var run = Run(Plain, Event(Text("a"), "STOP"), Event(Text("b"), "STOP"), Event("", "MAX_TOKENS"), Answer("""{"content":{},"index":0}"""));

        Assert.Equal("ab", run.Content);
        Assert.Equal("length", run.FinishReason);
    }

    [Fact]
    public void Stream_ManyCandidates_BeginAndEndEachForItself_Rule52()
    {
        var run = Run(
            Plain,
            Event(Text("a"), null, null),
            Event(Text("b"), null, 1),
            Answer($"{Candidate(Text("c"), "STOP", null)},{Candidate(Text("d"), "MAX_TOKENS", 1)}"));

        Assert.Equal(["a", "c"], Contents(run, 0));
        Assert.Equal(["b", "d"], Contents(run, 1));
        Assert.Equal(
            [(0, "stop"), (1, "length")],
            run.Choices.Where(choice => choice["finish_reason"] is not null).Select(choice => ((int)choice["index"]!, (string)choice["finish_reason"]!)));
        Assert.Equal(2, run.Deltas.Count(delta => delta["role"] is not null));
    }

    private static IEnumerable<string> Contents(StreamRun run, int index) =>
        from choice in run.Choices
        where (int)choice["index"]! == index && choice["delta"]!["content"] is not null && choice["delta"]!["role"] is null
        select (string)choice["delta"]!["content"]!;

    [Fact]
    public void Stream_OneChoiceOpen_IsNotFinished_Rule52() =>
        Assert.False(Run(Plain, Answer($"{Candidate(Text("a"), "STOP", 0)},{Candidate(Text("b"), null, 1)}")).Translator.Finished);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Stream_WithoutFinishReason_IsNotFinished_Wire44(int events) =>
        Assert.False(Run(Plain, [.. Enumerable.Repeat(Event(Text("a")), events)]).Translator.Finished);

    [Theory]
    [InlineData("STOP", "stop")]
    [InlineData("SAFETY", "content_filter")]
    [InlineData("QUITE_NEW", "stop")]
    [InlineData("MALFORMED_FUNCTION_CALL", "stop")]
    public void Stream_FinishReason_IsLegal_Rule48(string given, string expected) =>
        Assert.Equal(expected, Run(Plain, Event(Text("a")), Event("", given)).FinishReason);

    [Fact]
    public void Stream_FinishWithoutContent_HasARole_Rule46()
    {
        var run = Run(Plain, Event("", "MAX_TOKENS"));

        AssertDeltas(run, """{"role":"assistant","content":""}""", "{}");
        Assert.Equal("length", run.FinishReason);
    }

    [Fact]
    public void Stream_SpoiltBeforeContent_MayDoBetterElsewhere_Rule48()
    {
        var run = Run(Plain, Event(Text("")), Event("", "MALFORMED_FUNCTION_CALL"));

        Assert.Equal(StreamEvent.Failed, run.Kinds[1]);
        Assert.Equal(FailureClass.ModelFailure, run.Translator.Failure!.Class);
    }

    [Fact]
    public void Stream_SpoiltWithItsContent_IsAnAnswer_Rule48() =>
        Assert.Equal([StreamEvent.Content], Run(Plain, Event(Text("a"), "MALFORMED_FUNCTION_CALL")).Kinds);

    [Fact]
    public void Stream_SpoiltAfterContent_IsAnAnswer_Rule48()
    {
        var run = Run(Plain, Event(Text("a")), Event("", "MALFORMED_FUNCTION_CALL"));

        Assert.Equal([StreamEvent.Content, StreamEvent.None], run.Kinds);
        Assert.True(run.Translator.Finished);
    }

    [Fact]
    public void Stream_WithoutFinishReason_IsGivenNone_Wire13() =>
        Assert.All(Run(Plain, Event(Text("a"))).Choices, choice => Assert.Null(choice["finish_reason"]));

    [Fact]
    public void Stream_BlockedPrompt_IsARefusal_Rule49()
    {
        var run = Run(Plain, """{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":7,"totalTokenCount":7},"responseId":"r1"}""");

        AssertDeltas(
            run,
            """{"role":"assistant","content":""}""",
            """{"refusal":"The provider refused this prompt because of its content."}""",
            "{}");
        Assert.Equal("content_filter", run.FinishReason);
        Assert.Equal([StreamEvent.Content], run.Kinds);
        Assert.True(run.Translator.Finished);
        Assert.Equal(new TokenUsage(7, 0, 7), run.Translator.Usage);
    }

    [Fact]
    public void Stream_BlockedInItsMiddle_IsFiltered_Rule49()
    {
        var run = Run(Plain, Event(Text("a")), """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""");

        AssertDeltas(run, """{"role":"assistant","content":""}""", """{"content":"a"}""", "{}");
        Assert.Equal("content_filter", run.FinishReason);
    }

    [Fact]
    public void Stream_WhatFollowsABlock_IsIgnored_Rule49()
    {
        var run = Run(Plain, """{"promptFeedback":{"blockReason":"SAFETY"}}""", Event(Text("late"), null, 1));

        Assert.True(run.Translator.Finished);
        Assert.All(run.Choices, choice => Assert.Equal(0, (int)choice["index"]!));
        Assert.Equal("content_filter", run.FinishReason);
    }

    [Fact]
    public void Stream_RatingsOfThePrompt_AreNoBlock_Rule49() =>
        Assert.Equal("a", Run(Plain, Event(Text("a"), "STOP", 0, ""","promptFeedback":{"safetyRatings":[]}""")).Content);

    [Theory]
    [InlineData("""{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}""")]
    [InlineData("""[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]""")]
    public void Stream_Error_Fails_Wire44(string error)
    {
        var run = Run(Plain, Event(Text("a")), error);

        Assert.Equal([StreamEvent.Content, StreamEvent.Failed], run.Kinds);
        Assert.Equal((FailureClass.Transient, 503), (run.Translator.Failure!.Class, run.Translator.Failure.Status));
    }

    [Fact]
    public void Stream_LogProbs_GoWithTheirText_Rule53()
    {
        var run = Run(Plain, Answer(Candidate(
            Text("ü"), "STOP", 0, ""","logprobsResult":{"chosenCandidates":[{"token":"ü","logProbability":-1}],"topCandidates":[]}""")));

        var with = run.Choices.Where(choice => choice["logprobs"] is not null).ToList();
        Assert.Equal("ü", (string?)Assert.Single(with)["delta"]!["content"]);
        Assert.Equal("[195,188]", with[0]["logprobs"]!["content"]![0]!["bytes"]!.ToJsonString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("5")]
    [InlineData("[]")]
    [InlineData("""{"candidates":[{"\ud800":1}]}""")]
    [InlineData("[DONE]")]
    public void Stream_Unreadable_IsDropped(string data)
    {
        var run = Run(Plain, Event(Text("a")), data, Stop);

        Assert.Equal([StreamEvent.Content, StreamEvent.Malformed, StreamEvent.None], run.Kinds);
        Assert.Equal("a", run.Content);
    }

    [Fact]
    public void Stream_IndentedEvent_IsOneLine_Wire13() =>
        Assert.Equal("a", Run(Plain, "{\r\n \"candidates\": [ {\n \"content\": { \"parts\": [ {\n \"text\": \"a\" } ] } } ] }").Content);
}
