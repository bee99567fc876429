using System.Text;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Throughput;

public sealed class ResponseFrameTests
{
    private const string Sized = "HTTP/1.1 200 OK\r\nServer: x\r\ncontent-LENGTH: 5\r\n\r\nhello";
    private const string Chunked = "HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n";

    [Theory]
    [InlineData(Sized, 200)]
    [InlineData(Chunked, 503)]
    [InlineData("HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n", 204)]
    public void Read_WholeAnswer_GivesLengthAndStatus(string answer, int status)
    {
        Assert.Equal((answer.Length, status), ResponseFrame.Read(Encoding.ASCII.GetBytes(answer + "HTTP/1.1 ")));
    }

    [Theory]
    [InlineData(Sized)]
    [InlineData(Chunked)]
    public void Read_CutAnywhere_IsNotComplete(string answer)
    {
        for (var cut = 0; cut < answer.Length; cut++) Assert.Equal((0, 0), ResponseFrame.Read(Encoding.ASCII.GetBytes(answer[..cut])));
    }

    [Theory]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")]
    public void Read_NoLength_IsRefused(string answer)
    {
        Assert.Throws<FormatException>(() => ResponseFrame.Read(Encoding.ASCII.GetBytes(answer)));
    }
}
