using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Requests;

namespace ThotNet.Hosting.Tests;

/// <summary>A web application with the middleware under test, on a real socket of its own.</summary>
public sealed class TestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = Address };
    }

    public HttpClient Client { get; }

    public Uri Address => new(_app.Urls.First());

    public IServiceProvider Services => _app.Services;

    public static async Task<TestHost> StartAsync(
        Action<WebApplication> map, Action<AccessOptions>? access = null, Action<IServiceCollection>? services = null)
    {
        var options = new ThotNetOptions();
        access?.Invoke(options.Access);
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(options);
        services?.Invoke(builder.Services);
        builder.ConfigureThotNetKestrel(options.Access);
        var app = builder.Build();
        app.UseRequestId();
        app.UseThotNetErrors();
        map(app);
        await app.StartAsync();
        return new TestHost(app);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>The four fields of an error object; fails the test when the answer is not one.</summary>
    public static async Task<(string Message, string Type, string? Param, string? Code)> ReadErrorAsync(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        var error = json.RootElement.GetProperty("error");
        return (error.GetProperty("message").GetString()!, error.GetProperty("type").GetString()!,
            error.GetProperty("param").GetString(), error.GetProperty("code").GetString());
    }
}
