using System.Net;
using System.Text;
using System.Text.Json;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Tests.Throughput;

public sealed class SubjectTests
{
    [Fact]
    public void Request_Body_IsAChatCompletionOf1024Bytes()
    {
        var subject = new Subject("s", new IPEndPoint(IPAddress.Loopback, 80), [], Headers: "x-a: b\r\n");
        var parts = Encoding.ASCII.GetString(subject.Request.Span).Split("\r\n\r\n");

        Assert.Equal(1024, parts[1].Length);
        Assert.Contains("\r\nx-a: b", parts[0], StringComparison.Ordinal);
        using var body = JsonDocument.Parse(parts[1]);
        Assert.Equal("auto", body.RootElement.GetProperty("model").GetString());
    }

    [Fact]
    public void Request_Stream_AsksTheSameWithOneFieldMore()
    {
        var address = new IPEndPoint(IPAddress.Loopback, 80);
        var whole = BodyOf(new Subject("s", address, []));
        var stream = BodyOf(new Subject("s", address, [], Stream: true));

        Assert.Equal(whole[..^1] + ",\"stream\":true}", stream);
    }

    [Fact]
    public void ProofBytes_Proof_IsInThem()
    {
        var subject = new Subject("s", new IPEndPoint(IPAddress.Loopback, 80), [], Proof: "x-a: b");

        Assert.Equal("x-a: b", Encoding.ASCII.GetString(subject.ProofBytes.Span));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5000)]
    public void Words_Length_HasItAndNeedsNoEscapes(int length)
    {
        var words = Subject.Words(length);

        Assert.Equal(length, words.Length);
        Assert.DoesNotContain(words, c => c is '"' or '\\' or < ' ' or > '~');
    }

    private static string BodyOf(Subject subject)
    {
        var parts = Encoding.ASCII.GetString(subject.Request.Span).Split("\r\n\r\n");
        Assert.Contains($"\r\nContent-Length: {parts[1].Length}\r\n", parts[0] + "\r\n", StringComparison.Ordinal);
        return parts[1];
    }
}
