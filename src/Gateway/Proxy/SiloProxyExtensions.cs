using System.Net;
using ThotNet.Gateway.Access;
using ThotNet.Hosting.Health;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms;

namespace ThotNet.Gateway.Proxy;

/// <summary>Adds the proxy to the silos.</summary>
internal static class SiloProxyExtensions
{
    // A silo on the same network answers in milliseconds or not at all.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);

    public static IServiceCollection AddSiloProxy(this IServiceCollection services)
    {
        services.AddSingleton<IPassiveHealthCheckPolicy, UnreachableSiloPolicy>();
        services.AddReverseProxy()
            .LoadFromMemory(SiloRoutes.Routes, SiloRoutes.Clusters([]))
            .ConfigureHttpClient((_, handler) => handler.ConnectTimeout = ConnectTimeout)
            .AddTransforms(transforms => transforms.AddResponseTransform(HoldBackDraining));
        return services;
    }

    public static void MapSiloProxy(this WebApplication app) =>
        app.MapReverseProxy(pipeline =>
        {
            pipeline.UseMiddleware<AccessMiddleware>();
            pipeline.UseMiddleware<BodyMiddleware>();
            pipeline.UseMiddleware<RetryMiddleware>();
            pipeline.UseLoadBalancing();
            pipeline.UsePassiveHealthChecks();
        });

    // Nothing of a draining silo's answer is sent, so that another silo can still give the answer.
    private static ValueTask HoldBackDraining(ResponseTransformContext context)
    {
        if (context.ProxyResponse is { StatusCode: HttpStatusCode.ServiceUnavailable } response && response.Headers.Contains(HealthExtensions.DrainingHeader))
            context.SuppressResponseBody = true;
        return ValueTask.CompletedTask;
    }
}
