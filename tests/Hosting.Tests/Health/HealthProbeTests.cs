using System.Net;
using System.Net.Sockets;
using System.Text;
using ThotNet.Hosting.Health;

namespace ThotNet.Hosting.Tests.Health;

public sealed class HealthProbeTests
{
    [Fact]
    public async Task RunAsync_OtherArguments_IsNotAskedFor()
    {
        Assert.Null(await HealthProbe.RunAsync([]));
        Assert.Null(await HealthProbe.RunAsync(["--urls", "--healthcheck"]));
    }

    [Theory]
    [InlineData("--healthcheck")]
    [InlineData("--healthcheck", "8080")]
    [InlineData("--healthcheck", "ftp://127.0.0.1/")]
    public async Task RunAsync_NoUsableUrl_IsAMistake(params string[] arguments)
    {
        Assert.Equal(2, await HealthProbe.RunAsync(arguments));
    }

    [Theory]
    [InlineData("200 OK", 0)]
    [InlineData("503 Service Unavailable", 1)]
    public async Task RunAsync_Answer_DecidesByItsStatus(string status, int code)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener, status);

        Assert.Equal(code, await HealthProbe.RunAsync([HealthProbe.Argument, $"http://{listener.LocalEndpoint}/healthz/ready"]));
        Assert.StartsWith("GET /healthz/ready ", await answering, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_NobodyListens_IsUnhealthy()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal(1, await HealthProbe.RunAsync([HealthProbe.Argument, $"http://{socket.LocalEndPoint}/"]));
    }

    private static async Task<string> AnswerAsync(TcpListener listener, string status)
    {
        using var client = await listener.AcceptTcpClientAsync();
        var buffer = new byte[4096];
        var read = await client.GetStream().ReadAsync(buffer);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
