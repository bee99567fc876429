using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ThotNet.Gateway.Tests.Proxy;

public sealed class ForwardingTests
{
    [Fact]
    public async Task Request_IsForwardedWholeAndTheAnswerReturned()
    {
        await using var silo = await FakeSilo.StartAsync(async context =>
        {
            context.Response.StatusCode = 429;
            context.Response.ContentType = "application/json";
            context.Response.Headers.RetryAfter = "7";
            context.Response.Headers["x-thotnet-provider"] = "groq";
            await context.Response.WriteAsync("""{"error":{}}""");
        });
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);

        using var response = await gateway.PostAsync("""{"model":"auto"}""", "/v1/chat/completions?a=1&b=%20x");

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.Equal("7", Assert.Single(response.Headers.GetValues("Retry-After")));
        Assert.Equal("groq", Assert.Single(response.Headers.GetValues("x-thotnet-provider")));
        Assert.Equal("""{"error":{}}""", await response.Content.ReadAsStringAsync());
        var request = Assert.Single(silo.Requests);
        Assert.Equal(("POST", "/v1/chat/completions?a=1&b=%20x"), (request.Method, request.Target));
        Assert.Equal("""{"model":"auto"}""", Encoding.UTF8.GetString(request.Body));
        Assert.Equal("application/json; charset=utf-8", request.Headers["Content-Type"]);
    }

    [Fact]
    public async Task Request_WithoutABody_NeedsNoContentType()
    {
        await using var silo = await FakeSilo.StartAsync(context => context.Response.WriteAsync("models"));
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);

        Assert.Equal("models", await gateway.Client.GetStringAsync("/v1/models"));
    }

    [Fact]
    public async Task Stream_IsPassedOnEventByEvent()
    {
        var firstSeen = new TaskCompletionSource();
        await using var silo = await FakeSilo.StartAsync(async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await firstSeen.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);

        using var response = await gateway.PostAsync();
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        Assert.Equal("data: 1", await reader.ReadLineAsync());
        firstSeen.SetResult();
        Assert.Equal("\ndata: 2\n\n", await reader.ReadToEndAsync());
        Assert.Empty(response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Caller_WhoLeaves_CancelsTheSilosWork()
    {
        var entered = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        await using var silo = await FakeSilo.StartAsync(async context =>
        {
            context.RequestAborted.Register(cancelled.SetResult);
            entered.SetResult();
            await cancelled.Task;
        });
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        using var leave = new CancellationTokenSource();

        var call = gateway.Client.PostAsync("/v1/chat/completions", GatewayHost.Json("{}"), leave.Token);
        await entered.Task;
        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);
    }

    [Fact]
    public async Task Trace_OfTheCaller_GoesOnToTheSilo()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        const string Trace = "0af7651916cd43dd8448eb211c80319c";
        // Over a bare socket: the client would put a span of its own between.
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, new Uri(gateway.App.Urls.First()).Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {GatewayHost.Key}\r\ntraceparent: 00-{Trace}-b7ad6b7169203331-01\r\n\r\n"));
        using var reader = new StreamReader(socket.GetStream());
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());

        var passedOn = Assert.Single(silo.Requests).Headers["traceparent"].Split('-');
        Assert.Equal(Trace, passedOn[1]);
        Assert.NotEqual("b7ad6b7169203331", passedOn[2]);
    }

    [Theory]
    [InlineData("my-own-id:1")]
    [InlineData(null)]
    public async Task RequestId_KeptOrMade_IsTheSameAtSiloAndCaller(string? id)
    {
        await using var silo = await FakeSilo.StartAsync(context =>
        {
            context.Response.Headers["x-request-id"] = context.Request.Headers["x-request-id"];
            return Task.CompletedTask;
        });
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        if (id is not null)
            request.Headers.Add("x-request-id", id);

        using var response = await gateway.Client.SendAsync(request);

        var returned = Assert.Single(response.Headers.GetValues("x-request-id"));
        Assert.Equal(returned, Assert.Single(silo.Requests).Headers["x-request-id"]);
        if (id is not null)
            Assert.Equal(id, returned);
        else
            Assert.StartsWith("req_", returned, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v2/models")]
    [InlineData("/ops/api")]
    public async Task Path_OutsideTheApi_Is404AndNeverForwarded(string path)
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);

        using var response = await gateway.Client.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("unknown_url", (await GatewayHost.ReadErrorAsync(response)).Code);
        Assert.Empty(silo.Requests);
    }

    [Fact]
    public async Task HealthAndMetrics_AreTheGatewaysOwn()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        await using var gateway = await GatewayHost.StartAsync(silo.Destination);
        gateway.Client.DefaultRequestHeaders.Authorization = null;

        Assert.Equal("""{"status":"live"}""", await gateway.Client.GetStringAsync("/healthz/live"));
        Assert.Equal("""{"status":"ready"}""", await gateway.Client.GetStringAsync("/healthz/ready"));
        Assert.Contains("# TYPE", await gateway.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Empty(silo.Requests);
    }
}
