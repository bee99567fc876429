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
}
