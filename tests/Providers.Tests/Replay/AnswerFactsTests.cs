using ThotNet.Providers.Replay;

namespace ThotNet.Providers.Tests.Replay;

public sealed class AnswerFactsTests
{
    private const string Message = """{"role":"assistant","content":"a","refusal":null}""";

    private const string Calls =
        """{"role":"assistant","content":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}]}""";

    private static string Answer(string choices) => $$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{{choices}}]}""";

    private static string Choice(string message, string reason = "\"stop\"", int index = 0) =>
        $$"""{"index":{{index}},"message":{{message}},"logprobs":null,"finish_reason":{{reason}}}""";

    private static AnswerFacts Read(string json)
    {
        Assert.True(AnswerFacts.TryRead(Bytes.Of(json), out var facts));
        return facts;
    }

    private static void AssertRefused(string json)
    {
        Assert.False(AnswerFacts.TryRead(Bytes.Of(json), out var facts));
        Assert.Equal(default, facts);
        Assert.Null(Bytes.Split(Bytes.Of(json)));
    }

    [Theory]
    [InlineData("stop", true)]
    [InlineData("tool_calls", true)]
    [InlineData("function_call", true)]
    [InlineData("length", false)]
    [InlineData("content_filter", false)]
    public void Answer_WithReason_IsWholeIfTheModelWasDone_Wire12(string reason, bool isWhole) =>
        Assert.Equal(new AnswerFacts(1, isWhole, false, null), Read(Answer(Choice(Message, $"\"{reason}\""))));

    [Fact]
    public void Answer_OfTwoChoices_IsWholeOnlyIfBothAre() =>
        Assert.Equal(new AnswerFacts(2, false, false, null), Read(Answer(Choice(Message, "\"length\"") + "," + Choice(Message, index: 1))));

    [Fact]
    public void Answer_WithCalls_HasToolCalls()
    {
        Assert.True(Read(Answer(Choice(Calls) + "," + Choice(Message, index: 1))).HasToolCalls);
        Assert.True(Read(Answer(Choice("""{"content":null,"function_call":{"name":"f","arguments":"{}"}}"""))).HasToolCalls);
        Assert.False(Read(Answer(Choice("""{"content":null,"tool_calls":[]}"""))).HasToolCalls);
    }

    [Fact]
    public void Answer_WithUsage_TellsIt() => Assert.Equal(
        new TokenUsage(3, 5, 8, 2, 1),
        Read(Answer(Choice(Message))[..^1] + """
            ,"usage":{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":2},"completion_tokens_details":{"reasoning_tokens":1}}}
            """.Trim()).Usage);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"object":"list","data":[{"index":0,"embedding":[0.5]}],"model":"m"}""")]
    [InlineData("""{"error":{"message":"x"}}""")]
    public void Bytes_ThatAreNoAnswer_AreRefused(string json) => AssertRefused(json);

    [Fact]
    public void Answer_WithWhatIsNeverWritten_IsRefused()
    {
        var good = Answer(Choice(Message));
        Assert.Equal(1, Read(good).Choices);
        AssertRefused(good + " x");
        AssertRefused(good + "\n");
        AssertRefused(good.Replace("\"created\":1", "\"created\":1.5", StringComparison.Ordinal));
        AssertRefused(good.Replace("\"m\"", "null", StringComparison.Ordinal));
        AssertRefused(good[..^1] + ",\"error\":{\"message\":\"x\"}}");
        AssertRefused(Answer(""));
        AssertRefused(Answer("1"));
        AssertRefused(Answer(Choice("null")));
        AssertRefused(Answer(Choice(Message, "null")));
        AssertRefused(Answer(Choice(Message, "\"error\"")));
        AssertRefused(Answer(Choice(Message, "\"abort\"")));
        AssertRefused(Answer(Choice(Message) + "," + Choice(Message)));
        AssertRefused(Answer(Choice("""{"content":["a"]}""")));
        AssertRefused(Answer(Choice("""{"content":null,"tool_calls":[{"id":"x","function":{"name":"f","arguments":{}}}]}""")));
        AssertRefused(Answer(Choice("""{"content":null,"tool_calls":[1]}""")));
        AssertRefused(Answer(Choice("""{"\ud83d":1}""")));
    }

    [Fact]
    public void Answer_WithBrokenUtf8_IsRefused()
    {
        var bytes = Bytes.Of(Answer(Choice(Message)));
        bytes[bytes.AsSpan().IndexOf("\"a\""u8) + 1] = 0xFF;
        Assert.False(AnswerFacts.TryRead(bytes, out _));
    }
}
