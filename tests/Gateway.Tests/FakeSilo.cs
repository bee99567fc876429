using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThotNet.Gateway.Clustering;

namespace ThotNet.Gateway.Tests;

/// <summary>What a silo was sent.</summary>
public sealed record SiloRequest(string Method, string Target, Dictionary<string, string> Headers, byte[] Body);

/// <summary>A small server in a silo's place: always ready, remembers what it was sent, answers as a test says.</summary>
public sealed class FakeSilo : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _probes;

    private FakeSilo(WebApplication app) => _app = app;

    /// <summary>The requests to <c>/v1</c>, in order of arrival; read whole before the test's handler runs.</summary>
    public ConcurrentQueue<SiloRequest> Requests { get; } = new();

    /// <summary>How often it was asked whether it is ready.</summary>
    public int Probes => Volatile.Read(ref _probes);

    public Uri Url => new(_app.Urls.First());

    internal SiloDestination Destination => new($"silo {Url.Port}", Url);

    public static async Task<FakeSilo> StartAsync(RequestDelegate handler)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var silo = new FakeSilo(app);
        app.MapGet("/healthz/ready", () =>
        {
            Interlocked.Increment(ref silo._probes);
            return "ready";
        });
        app.Map("/v1/{**rest}", async context =>
        {
            silo.Requests.Enqueue(await ReadAsync(context.Request));
            await handler(context);
        });
        await app.StartAsync();
        return silo;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<SiloRequest> ReadAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        return new SiloRequest(request.Method, $"{request.Path}{request.QueryString}", headers, body.ToArray());
    }
}
