using System.Text;
using ThotNet.Load.Replay;

namespace ThotNet.Load.Tests.Replay;

public sealed class StreamScannerTests
{
    private const string Chunk = "data: {\"id\":\"c\",\"choices\":[{\"delta\":{\"content\":\"[DONE]\"}}]}\n\n";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4096)]
    public void Scan_WholeStreamCutAnywhere_IsDone(int cut)
    {
        var scanner = Scan(": ping\n\n" + Chunk + Chunk + "data: [DONE]\n\n", cut);

        Assert.Equal((true, false, true), (scanner.Started, scanner.Failed, scanner.Done));
    }

    [Fact]
    public void Scan_WindowsLineEnds_IsDone()
    {
        Assert.True(Scan("data:[DONE]\r\n\r\n", 3).Done);
    }

    [Fact]
    public void Scan_CommentsOnly_HasNotStarted()
    {
        Assert.False(Scan(": data: {}\n\n: ping\n\n", 5).Started);
    }

    [Fact]
    public void Scan_NoEndMark_IsNotDone()
    {
        Assert.False(Scan(Chunk + "data: [DON", 4096).Done);
    }

    [Fact]
    public void Scan_ErrorEvent_HasFailed()
    {
        var scanner = Scan(Chunk + "data: {\"error\":{\"message\":\"gone\",\"type\":\"server_error\",\"param\":null,\"code\":null}}\n\n", 9);

        Assert.True(scanner.Failed);
        Assert.False(scanner.Done);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    public void Scan_EventWithUsage_HasItsTokens(int cut)
    {
        const string Usage = "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":12,\"total_tokens\":42}}\n\n";

        Assert.Equal(42, Scan(Chunk + Usage + "data: [DONE]\n\n", cut).Tokens);
    }

    [Theory]
    [InlineData(Chunk)]
    [InlineData("data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":{\\\"total_tokens\\\":1}\"}}]}\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":null}\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":{\"total_tokens\":\n\n")]
    public void Scan_NoUsage_HasNoTokens(string events)
    {
        Assert.Equal(0, Scan(events, 4096).Tokens);
    }

    private static StreamScanner Scan(string text, int cut)
    {
        var scanner = new StreamScanner();
        foreach (var part in Encoding.UTF8.GetBytes(text).Chunk(cut)) scanner.Scan(part);
        return scanner;
    }
}
