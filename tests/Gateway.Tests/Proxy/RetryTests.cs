using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ThotNet.Gateway.Clustering;

namespace ThotNet.Gateway.Tests.Proxy;

public sealed class RetryTests
{
    private const string Body = """{"model":"auto","messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task DeadSilo_IsReplacedWithTheSameBody()
    {
        await using var live = await FakeSilo.StartAsync(context => context.Response.WriteAsync("ok"));
        using var first = new DeadSilo();
        using var second = new DeadSilo();
        await using var gateway = await GatewayHost.StartAsync(first.Destination, second.Destination, live.Destination);

        await AssertAllServed(gateway, live);
    }

    [Fact]
    public async Task SiloThatTakesNoConnections_IsReplacedAfterTheConnectTimeout()
    {
        using var mute = new MuteSilo();
        await using var live = await FakeSilo.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var gateway = await GatewayHost.StartAsync(mute.Destination, live.Destination);

        using var first = await gateway.PostAsync(Body);
        var others = await Task.WhenAll(Enumerable.Range(0, 7).Select(_ => gateway.PostAsync(Body)));

        Assert.All([first, .. others], response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(8, live.Requests.Count);
    }

    [Fact]
    public async Task DrainingSilo_IsReplacedWithTheSameBody()
    {
        await using var draining = await FakeSilo.StartAsync(AnswerDraining);
        await using var live = await FakeSilo.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var gateway = await GatewayHost.StartAsync(draining.Destination, live.Destination);

        await UntilUsed(draining, () => AssertAllServed(gateway, live));

        Assert.All(draining.Requests, request => Assert.Equal(Body, Encoding.UTF8.GetString(request.Body)));
    }

    [Fact]
    public async Task SiloThatBreaksBeforeItsAnswer_IsReplacedWithTheSameBody()
    {
        await using var breaking = await FakeSilo.StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        await using var live = await FakeSilo.StartAsync(context => context.Response.WriteAsync("ok"));
        await using var gateway = await GatewayHost.StartAsync(breaking.Destination, live.Destination);

        await UntilUsed(breaking, () => AssertAllServed(gateway, live));

        Assert.All(breaking.Requests, request => Assert.Equal(Body, Encoding.UTF8.GetString(request.Body)));
    }

    [Fact]
    public async Task SiloThatBreaksInItsAnswer_IsNotReplacedAndTheCallerSeesItBreak()
    {
        await using var first = await FakeSilo.StartAsync(BreakInTheMiddle);
        await using var second = await FakeSilo.StartAsync(BreakInTheMiddle);
        await using var gateway = await GatewayHost.StartAsync(first.Destination, second.Destination);

        using var response = await gateway.PostAsync(Body);
        await using var body = await response.Content.ReadAsStreamAsync();
        var begun = new byte["data: 1\n\n".Length];
        await body.ReadExactlyAsync(begun);

        Assert.Equal("data: 1\n\n", Encoding.UTF8.GetString(begun));
        await Assert.ThrowsAsync<HttpIOException>(async () => await body.ReadExactlyAsync(new byte[1]));
        Assert.Equal(1, first.Requests.Count + second.Requests.Count);
        Assert.Empty(gateway.App.Services.GetRequiredService<FaultLog>().Categories);

        static async Task BreakInTheMiddle(HttpContext context)
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            // Fails the application, which ends the connection without the last chunk and without a reset.
            throw new BadHttpRequestException("broken");
        }
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    public async Task Error_OfASilo_IsPassedOnWithoutARetry(int status)
    {
        await using var first = await FakeSilo.StartAsync(Answer);
        await using var second = await FakeSilo.StartAsync(Answer);
        await using var gateway = await GatewayHost.StartAsync(first.Destination, second.Destination);

        using var response = await gateway.PostAsync(Body);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("theirs", await response.Content.ReadAsStringAsync());
        Assert.Equal(1, first.Requests.Count + second.Requests.Count);

        Task Answer(HttpContext context)
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync("theirs");
        }
    }

    [Fact]
    public async Task AllSilosDraining_EachIsTriedOnceThenTheCallerGets503()
    {
        await using var first = await FakeSilo.StartAsync(AnswerDraining);
        await using var second = await FakeSilo.StartAsync(AnswerDraining);
        await using var third = await FakeSilo.StartAsync(AnswerDraining);
        await using var gateway = await GatewayHost.StartAsync(first.Destination, second.Destination, third.Destination);

        using var response = await gateway.PostAsync(Body);

        await AssertUnavailable(response);
        Assert.Equal((1, 1, 1), (first.Requests.Count, second.Requests.Count, third.Requests.Count));
        Assert.False(response.Headers.Contains("x-thotnet-draining"));
    }

    [Fact]
    public async Task AllSilosDead_TheCallerGets503()
    {
        using var first = new DeadSilo();
        using var second = new DeadSilo();
        await using var gateway = await GatewayHost.StartAsync(first.Destination, second.Destination);

        using var response = await gateway.PostAsync(Body);

        await AssertUnavailable(response);
    }

    [Fact]
    public async Task AllSilosTakeNoConnections_TheCallerGets503()
    {
        using var mute = new MuteSilo();
        await using var gateway = await GatewayHost.StartAsync(mute.Destination);

        using var response = await gateway.PostAsync(Body);

        await AssertUnavailable(response);
    }

    [Fact]
    public async Task NoSiloKnown_TheCallerGets503AndTheGatewayIsNotReady()
    {
        await using var gateway = await GatewayHost.StartAsync();

        using var response = await gateway.PostAsync(Body);
        using var ready = await gateway.Client.GetAsync("/healthz/ready");

        await AssertUnavailable(response);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
    }

    private static Task AnswerDraining(HttpContext context)
    {
        context.Response.StatusCode = 503;
        context.Response.Headers["x-thotnet-draining"] = "1";
        return context.Response.WriteAsync("draining");
    }

    private static async Task AssertAllServed(GatewayHost gateway, FakeSilo live)
    {
        live.Requests.Clear();
        for (var index = 0; index < 8; index++)
        {
            using var response = await gateway.PostAsync(Body);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("ok", await response.Content.ReadAsStringAsync());
        }

        Assert.Equal(8, live.Requests.Count);
        Assert.All(live.Requests, request => Assert.Equal(Body, Encoding.UTF8.GetString(request.Body)));
    }

    // The balancer picks by chance, so a round may miss the silo in question; many in a row do not.
    private static async Task UntilUsed(FakeSilo silo, Func<Task> round)
    {
        for (var count = 0; count < 20 && silo.Requests.IsEmpty; count++)
            await round();
        Assert.NotEmpty(silo.Requests);
    }

    private static async Task AssertUnavailable(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal(("server_error", "service_unavailable"), await GatewayHost.ReadErrorAsync(response));
    }

    /// <summary>Refuses connections: it has a port, which nobody else can get meanwhile, but does not listen.</summary>
    private sealed class DeadSilo : IDisposable
    {
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        public DeadSilo() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        public SiloDestination Destination => new($"dead {_socket.LocalEndPoint}", new Uri($"http://{_socket.LocalEndPoint}"));

        public void Dispose() => _socket.Dispose();
    }

    /// <summary>Takes connections into a queue that is full, so the next one gets no answer at all, like an unplugged machine.</summary>
    private sealed class MuteSilo : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly List<Socket> _waiting = [];

        public MuteSilo()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(1);
            for (var index = 0; index < 4; index++)
                _waiting.Add(Connect(_listener.LocalEndPoint!));
        }

        public SiloDestination Destination => new($"mute {_listener.LocalEndPoint}", new Uri($"http://{_listener.LocalEndPoint}"));

        public void Dispose()
        {
            _waiting.ForEach(socket => socket.Dispose());
            _listener.Dispose();
        }

        private static Socket Connect(EndPoint endpoint)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            try
            {
                socket.Connect(endpoint);
            }
            catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
            }

            return socket;
        }
    }
}
