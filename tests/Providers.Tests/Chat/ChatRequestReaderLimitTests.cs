using System.Text;
using ThotNet.Providers.Chat;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>Bodies made to hurt: large, deep, broken.</summary>
public sealed class ChatRequestReaderLimitTests
{
    private const int Megabyte = 1024 * 1024;

    private static (string? Param, string Message) Refuse(byte[] body)
    {
        var error = ChatRequestReader.Read(body, out var request);
        Assert.Null(request);
        Assert.NotNull(error);
        Assert.Equal(400, error.Status);
        return (error.Param, error.Message);
    }

    private static byte[] Body(string messages, string fields = "") => Encoding.UTF8.GetBytes($$"""{"model":"m"{{fields}},"messages":[{{messages}}]}""");

    private static byte[] Nested(int levels) =>
        Encoding.UTF8.GetBytes($$"""{"x":{{new string('[', levels)}}{{new string(']', levels)}},"model":"m","messages":[{"role":"user","content":"x"}]}""");

    private static string Messages(int count) => string.Join(',', Enumerable.Repeat("""{"role":"user","content":"x"}""", count));

    [Fact]
    public void Read_InvalidUtf8_IsRefused()
    {
        var body = Body("""{"role":"user","content":"?"}""");
        body[Array.IndexOf(body, (byte)'?')] = 0xFF;

        Assert.Contains("UTF-8", Refuse(body).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TenThousandLevels_IsRefused() => Assert.Contains("levels deep", Refuse(Nested(10_000)).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_DeepestAllowed_IsAccepted()
    {
        Assert.Null(ChatRequestReader.Read(Nested(ChatRequestReader.MaxDepth - 1), out _));
        Assert.Contains("levels deep", Refuse(Nested(ChatRequestReader.MaxDepth)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MostMessages_IsAccepted_OneMoreIsNot()
    {
        Assert.Null(ChatRequestReader.Read(Body(Messages(ChatRequestReader.MaxMessages)), out var request));
        Assert.Equal(
            PromptBound.OfText(ChatRequestReader.MaxMessages) + (ChatRequestReader.MaxMessages * PromptBound.TokensPerMessage),
            request!.PromptTokenBound);
        Assert.Equal("messages", Refuse(Body(Messages(ChatRequestReader.MaxMessages + 1))).Param);
    }

    [Fact]
    public void Read_MillionMessages_StopsBeforeWhatIsBroken()
    {
        // Reading to the end would meet the break and say so.
        var body = Body(Messages(1_000_000) + ",!!!");

        Assert.Equal("messages", Refuse(body).Param);
    }

    [Fact]
    public void Read_TooManyParts_IsRefused()
    {
        var parts = string.Join(',', Enumerable.Repeat("""{"type":"text","text":""}""", ChatRequestReader.MaxParts + 1));

        Assert.Equal("messages", Refuse(Body($$"""{"role":"user","content":[{{parts}}]}""")).Param);
    }

    [Theory]
    [InlineData("\"x\":[0", ",0", "],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("\"x\":[[]", ",[]", "],\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]")]
    [InlineData("\"messages\":[{\"role\":\"user\",\"content\":\"x\"", ",\"a\":1", "}]")]
    [InlineData("\"messages\":[{\"role\":\"user\"", ",\"role\":\"user\"", "}]")]
    [InlineData("\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"1\",\"function\":{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":[1", ",1", "]}\"}}]}]")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":[1", ",1", "]}}}],\"messages\":[]")]
    [InlineData("\"logit_bias\":{\"1\":1", ",\"1\":1", "},\"messages\":[]")]
    public void Read_NothingButTinyValues_StopsBeforeWhatIsBroken(string begin, string piece, string end)
    {
        var text = "{\"model\":\"m\"," + begin + string.Concat(Enumerable.Repeat(piece, ChatRequestReader.MaxValues)) + end + "!!!";

        Assert.Contains("JSON values", Refuse(Encoding.UTF8.GetBytes(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooManyTools_IsRefused()
    {
        var tools = string.Join(',', Enumerable.Range(0, ChatRequestReader.MaxTools + 1).Select(i => $$$"""{"type":"function","function":{"name":"f{{{i}}}"}}"""));

        Assert.Equal("tools", Refuse(Body(Messages(1), $",\"tools\":[{tools}]")).Param);
    }

    [Fact]
    public void Read_TooManyFields_IsRefused()
    {
        var fields = string.Concat(Enumerable.Range(0, ChatRequestReader.MaxFields + 1).Select(i => $",\"f{i}\":0"));

        Assert.Contains("fields", Refuse(Body(Messages(1), fields)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    [InlineData(10_000, false)]
    public void Read_ModelLength_IsBounded(int length, bool accepted)
    {
        var body = Encoding.UTF8.GetBytes($$"""{"model":"{{new string('ü', length)}}","messages":[{{Messages(1)}}]}""");

        Assert.Equal(accepted, ChatRequestReader.Read(body, out _) is null);
    }

    [Fact]
    public void Read_SixteenMegabytes_AllocatesAsLittleAsASmallBody()
    {
        var large = Body(string.Join(',', Enumerable.Range(0, 4000).Select(_ => $$"""{"role":"user","content":"{{new string('x', 4096)}}"}""")));
        var small = Body(Messages(1));
        Assert.True(large.Length > 15 * Megabyte);
        Assert.Null(ChatRequestReader.Read(large, out _));

        Assert.Equal(Allocations.Of(() => ChatRequestReader.Read(small, out _)), Allocations.Of(() => ChatRequestReader.Read(large, out _)));
    }

    [Fact]
    public void Read_PlainChat_AllocatesNothingForItsMessages()
    {
        const string Turn = """
            {"role":"system","content":"x\n"},{"name":"n","role":"user","content":[{"type":"text","text":"caf\u00e9"}]},{"role":"assistant","content":"y"}
            """;
        var large = Body(string.Join(',', Enumerable.Repeat(Turn, 1000)));
        var small = Body(Turn);
        Assert.Null(ChatRequestReader.Read(large, out _));

        Assert.Equal(Allocations.Of(() => ChatRequestReader.Read(small, out _)), Allocations.Of(() => ChatRequestReader.Read(large, out _)));
    }

    [Fact]
    public void Read_ManyToolCalls_AllocatesNothingForThem()
    {
        const string Call = """{"role":"assistant","content":null,"tool_calls":[{"id":"1","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\u00e9\"}"}}]}""";
        const string Result = """{"role":"tool","tool_call_id":"\u0031","content":"x"}""";
        var body = Body(string.Join(',', Enumerable.Repeat(Call + "," + Result, 2000)));
        Assert.Null(ChatRequestReader.Read(body, out _));

        Assert.InRange(Allocations.Of(() => ChatRequestReader.Read(body, out _)), 0, 2_000);
    }
}
