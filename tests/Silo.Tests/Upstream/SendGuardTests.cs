using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using ThotNet.Silo.Upstream;

namespace ThotNet.Silo.Tests.Upstream;

/// <summary>The last question before a request leaves, on fakes and on a real connection.</summary>
public sealed class SendGuardTests
{
    [Fact]
    public void CloseUnsent_NothingBegan_IsTrueAndStopsLaterSends()
    {
        var guard = new SendGuard(() => true);

        Assert.True(guard.CloseUnsent());
        Assert.False(guard.TryBegin());
        Assert.True(guard.HasRefused);
    }

    [Fact]
    public void CloseUnsent_SomethingBegan_IsFalse()
    {
        var guard = new SendGuard(() => true);

        Assert.True(guard.TryBegin());
        Assert.False(guard.CloseUnsent());
        Assert.False(guard.HasRefused);
    }

    [Fact]
    public void TryBegin_NotAllowedAtTheSecondTry_IsRefusedButBegan()
    {
        var may = true;
        var guard = new SendGuard(() => may);
        Assert.True(guard.TryBegin());

        may = false;
        Assert.False(guard.TryBegin());
        Assert.True(guard.HasRefused);
        Assert.False(guard.CloseUnsent());
    }

    [Fact]
    public async Task Content_Allowed_IsWhatItWraps()
    {
        using var inner = new StringContent("{}", Encoding.UTF8, "application/json");
        using var content = new GuardedContent(inner, new SendGuard(() => true));

        Assert.Equal((2, "application/json; charset=utf-8"), (content.Headers.ContentLength, content.Headers.ContentType!.ToString()));
        Assert.Equal("{}", await content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Connection_NotAllowed_NoByteReachesTheProvider()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var request = Post(listener, new SendGuard(() => false));
        var sending = client.SendAsync(request, TestContext.Current.CancellationToken);
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<SendRefusedException>(() => sending);
        Assert.Equal(0, await connection.GetStream().ReadAsync(new byte[100], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Connection_BreaksUnderTheRequest_IsNotSentOnAnother()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler());
        using var first = Post(listener, new SendGuard(() => true));
        var answering = client.SendAsync(first, TestContext.Current.CancellationToken);
        using var connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        await ReadRequestAsync(connection);
        await connection.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
        (await answering).Dispose();

        // The provider takes the second request and closes without a word, as one that had given the connection up. It may have counted it.
        var asked = 0;
        using var second = Post(listener, new SendGuard(() => ++asked > 0));
        var sending = client.SendAsync(second, TestContext.Current.CancellationToken);
        await ReadRequestAsync(connection);
        connection.Client.Shutdown(SocketShutdown.Send);

        await Assert.ThrowsAsync<HttpRequestException>(() => sending);
        Assert.Equal(1, asked);
    }

    private static HttpRequestMessage Post(TcpListener listener, SendGuard guard)
    {
        var content = new ByteArrayContent("{}"u8.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return new(HttpMethod.Post, $"http://{listener.LocalEndpoint}/v1/chat/completions") { Content = new GuardedContent(content, guard) };
    }

    private static async Task ReadRequestAsync(TcpClient connection)
    {
        var read = new StringBuilder();
        var buffer = new byte[4096];
        while (!read.ToString().EndsWith("\r\n\r\n{}", StringComparison.Ordinal))
        {
            var count = await connection.GetStream().ReadAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, count);
            read.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
    }
}
