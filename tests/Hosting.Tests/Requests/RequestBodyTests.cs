using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Requests;

namespace ThotNet.Hosting.Tests.Requests;

public sealed class RequestBodyTests
{
    private const int Limit = 200_000;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(Limit)]
    public async Task Body_UpToTheLimit_IsReadWhole(int size)
    {
        await using var host = await StartAsync();
        var sent = RandomBytes(size);

        Assert.Equal(sent, await EchoAsync(host, new ByteArrayContent(sent)));
        Assert.Equal(sent, await EchoAsync(host, new ChunkedContent(sent)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_OverTheLimit_Is413AndTheConnectionStillServes(bool announced)
    {
        await using var host = await StartAsync();
        var large = RandomBytes(20 * 1024 * 1024);
        HttpContent content = announced ? new ByteArrayContent(large) : new ChunkedContent(large);

        using var response = await host.Client.PostAsync("/echo", content);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("request_too_large", (await TestHost.ReadErrorAsync(response)).Code);
        Assert.Equal([1, 2], await EchoAsync(host, new ByteArrayContent([1, 2])));
    }

    [Fact]
    public async Task Body_AnnouncedTooLarge_IsRefusedBeforeItIsSent()
    {
        await using var host = await StartAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port);
        await socket.GetStream().WriteAsync("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999\r\n\r\n"u8.ToArray());

        Assert.StartsWith("HTTP/1.1 413", await ReadLineAsync(socket), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_ThatStalls_Is408()
    {
        var time = new FakeTimeProvider();
        var reading = new TaskCompletionSource();
        await using var host = await TestHost.StartAsync(
            app => app.MapPost("/echo", async context =>
            {
                var read = RequestBody.ReadAsync(context, Limit, context.RequestAborted).AsTask();
                reading.SetResult();
                var (_, error) = await read;
                await context.WriteErrorAsync(error!);
            }),
            services: services => services.AddSingleton<TimeProvider>(time));
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port);
        await socket.GetStream().WriteAsync("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"u8.ToArray());
        await reading.Task;

        time.Advance(RequestBody.StallTimeout);

        Assert.StartsWith("HTTP/1.1 408", await ReadLineAsync(socket), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", true)]
    [InlineData("application/json; charset=utf-8", true)]
    [InlineData("Application/JSON; charset=\"UTF-8\"", true)]
    [InlineData("application/vnd.api+json", true)]
    [InlineData("application/json; charset=latin1", false)]
    [InlineData("text/plain", false)]
    [InlineData("application/x-www-form-urlencoded", false)]
    [InlineData("nonsense", false)]
    [InlineData(null, false)]
    public void ContentType_IsCheckedForJson(string? contentType, bool allowed)
    {
        var context = new DefaultHttpContext();
        context.Request.ContentType = contentType;

        Assert.Equal(allowed ? null : 415, JsonContentType.Check(context.Request)?.Status);
    }

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(app => app.MapPost("/echo", async context =>
    {
        var (body, error) = await RequestBody.ReadAsync(context, Limit, context.RequestAborted);
        using (body)
        {
            if (error is not null)
                await context.WriteErrorAsync(error);
            else
                await context.Response.Body.WriteAsync(body!.Memory);
        }
    }));

    private static async Task<byte[]> EchoAsync(TestHost host, HttpContent content)
    {
        using var response = await host.Client.PostAsync("/echo", content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsByteArrayAsync();
    }

    private static async Task<string> ReadLineAsync(TcpClient socket)
    {
        using var reader = new StreamReader(socket.GetStream(), Encoding.ASCII);
        return await reader.ReadLineAsync() ?? "";
    }

    private static byte[] RandomBytes(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A body of unknown length.</summary>
    private sealed class ChunkedContent(byte[] bytes) : HttpContent
    {
        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => stream.WriteAsync(bytes).AsTask();

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
