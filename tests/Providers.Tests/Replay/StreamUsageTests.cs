namespace ThotNet.Providers.Tests.Replay;

public sealed class StreamUsageTests
{
    private const string Head = """data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[""";

    private const string UsageChunk = Head + "],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":5,\"total_tokens\":8}}\n\n";

    [Fact]
    public void Stream_WithUsage_LosesNullsAndTheUsageChunk_Wire13()
    {
        var recorded = Chunk("""{"content":"a"}""", ",\"usage\":null") + Chunk("{}", ",\"usage\":null") + UsageChunk + "data: [DONE]\n\n";
        Assert.Equal(Chunk("""{"content":"a"}""", "") + Chunk("{}", "") + "data: [DONE]\n\n", Bytes.WithoutUsage(recorded));
    }

    [Fact]
    public void Content_LikeUsage_Stays()
    {
        const string Delta = """{"content":",\"usage\":null}\n\n","reasoning_details":[{"a":1,"choices":[],"usage":{},"usage":null}]}""";
        Assert.Equal(Chunk(Delta, ""), Bytes.WithoutUsage(Chunk(Delta, ",\"usage\":null")));
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"x\",\"usage\":null}\n\n")]
    [InlineData("data: [DONE]\n\n")]
    [InlineData(": keep-alive\n\n")]
    [InlineData("data: {\"id\":\"c")]
    [InlineData("garbage")]
    [InlineData("")]
    public void Event_ThatIsNoChunk_Stays(string text) => Assert.Equal(text, Bytes.WithoutUsage(text));

    [Fact]
    public void Stream_WithoutUsage_StaysAsItIs() => Assert.Equal(
        Chunk("""{"content":"a"}""", "") + "data: [DONE]\n\n",
        Bytes.WithoutUsage(Chunk("""{"content":"a"}""", "") + "data: [DONE]\n\n"));

    private static string Chunk(string delta, string usage) => Head + "{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]" + usage + "}\n\n";
}
