using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ThotNet.Hosting.Health;

/// <summary>Liveness and readiness of a process.</summary>
public static class HealthExtensions
{
    /// <summary>Path that answers 200 as long as the process answers at all.</summary>
    public const string LivePath = "/healthz/live";

    /// <summary>Path that answers 200 while the process takes requests, else 503.</summary>
    public const string ReadyPath = "/healthz/ready";

    /// <summary>
    /// Header by which a draining silo marks the 503 with which it refuses new work, so that a gateway sends the request to another silo. Its
    /// value is <c>1</c>.
    /// </summary>
    public const string DrainingHeader = "x-thotnet-draining";

    /// <summary>Adds <see cref="Readiness"/>: not ready at first, draining as the very first step of a stop, before any server or service ends.</summary>
    /// <param name="services">The services of the process.</param>
    public static IServiceCollection AddThotNetHealth(this IServiceCollection services) => services.AddSingleton(provider =>
    {
        var readiness = new Readiness();
        provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(readiness.Drain);
        return readiness;
    });

    /// <summary>Serves <see cref="LivePath"/> and <see cref="ReadyPath"/>.</summary>
    /// <param name="endpoints">Where to add the endpoints.</param>
    public static IEndpointRouteBuilder MapThotNetHealth(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var readiness = endpoints.ServiceProvider.GetRequiredService<Readiness>();
        endpoints.MapMethods(LivePath, [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, 200, "live", null));
        endpoints.MapMethods(ReadyPath, [HttpMethods.Get, HttpMethods.Head], context => WriteAsync(context, readiness));
        return endpoints;
    }

    private static Task WriteAsync(HttpContext context, Readiness readiness) => readiness.State switch
    {
        ReadinessState.Ready => WriteAsync(context, 200, "ready", null),
        ReadinessState.Draining => WriteAsync(context, 503, "draining", readiness.Reason),
        _ => WriteAsync(context, 503, "not_ready", readiness.Reason),
    };

    private static async Task WriteAsync(HttpContext context, int status, string word, string? reason)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", word);
        if (reason is not null)
            json.WriteString("reason", reason);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
    }
}
