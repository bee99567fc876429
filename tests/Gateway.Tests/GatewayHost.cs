using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThotNet.Gateway.Clustering;
using ThotNet.Hosting.Health;

namespace ThotNet.Gateway.Tests;

/// <summary>Names the silos that a test wants to be live.</summary>
internal sealed class FakeSiloSource(params SiloDestination[] silos) : ISiloSource
{
    public Task<IReadOnlyList<SiloDestination>?> GetAsync() => Task.FromResult<IReadOnlyList<SiloDestination>?>(silos);
}

/// <summary>A whole gateway on a real socket, in front of the silos of a test.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    public const string Key = "caller-key-000000001";
    public const string Secret = "secret-of-the-gateway";

    private GatewayHost(WebApplication app)
    {
        App = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public WebApplication App { get; }

    public HttpClient Client { get; }

    internal static Task<GatewayHost> StartAsync(params SiloDestination[] silos) => StartAsync(silos, []);

    internal static async Task<GatewayHost> StartAsync(SiloDestination[] silos, params (string Key, string Value)[] settings)
    {
        var builder = Builder("Production",
            [("ThotNet:Access:ApiKeys", Key), ("ThotNet:Access:GatewaySecret", Secret), ("ThotNet:Cluster:Redis", "unused:1"), .. settings]);
        builder.Services.AddSingleton<ISiloSource>(new FakeSiloSource(silos));
        builder.Services.AddSingleton<FaultLog>();
        builder.Services.AddSingleton<ILoggerProvider>(services => services.GetRequiredService<FaultLog>());
        return await StartAsync(builder, silos.Length > 0);
    }

    internal static async Task<GatewayHost> StartAsync(WebApplicationBuilder builder, bool waitUntilReady)
    {
        builder.AddThotNetGateway();
        var app = builder.Build();
        app.MapThotNetGateway();
        return await StartAsync(app, waitUntilReady);
    }

    internal static async Task<GatewayHost> StartAsync(WebApplication app, bool waitUntilReady)
    {
        await app.StartAsync();
        var readiness = app.Services.GetRequiredService<Readiness>();
        if (waitUntilReady)
            await Eventually.TrueAsync(() => readiness.State == ReadinessState.Ready);
        return new GatewayHost(app);
    }

    internal static WebApplicationBuilder Builder(string environment, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("urls", "http://127.0.0.1:0"), .. settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value))]);
        return builder;
    }

    /// <summary>Sends a small JSON body.</summary>
    public Task<HttpResponseMessage> PostAsync(string json = "{}", string path = "/v1/chat/completions") =>
        Client.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = Json(json) }, HttpCompletionOption.ResponseHeadersRead);

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    /// <summary>The code and type of an error object; fails the test when the answer is not one.</summary>
    public static async Task<(string Type, string? Code)> ReadErrorAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var error = json.RootElement.GetProperty("error");
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.Equal(JsonValueKind.Null, error.GetProperty("param").ValueKind);
        return (error.GetProperty("type").GetString()!, error.GetProperty("code").GetString());
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
    }
}
