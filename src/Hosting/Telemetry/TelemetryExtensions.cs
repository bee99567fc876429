using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ThotNet.Hosting.Telemetry;

/// <summary>Traces and metrics of a process.</summary>
public static class TelemetryExtensions
{
    /// <summary>Path of the metrics for Prometheus.</summary>
    public const string MetricsPath = "/metrics";

    private const string OtlpEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Collects traces and metrics; sends them by OTLP only when <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.
    /// </summary>
    /// <param name="builder">The host being built.</param>
    /// <param name="serviceName">Name under which the process appears, for example <c>thotnet-gateway</c>.</param>
    public static IHostApplicationBuilder AddThotNetTelemetry(this IHostApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName))
            .WithTracing(tracing => tracing
                .AddAspNetCoreInstrumentation(web => web.Filter = IsWorthATrace)
                .AddHttpClientInstrumentation()
                .AddSource(ThotNetTelemetry.Name, "Yarp.ReverseProxy", "Microsoft.Orleans.Application"))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(ThotNetTelemetry.Name, "Microsoft.Orleans")
                .AddPrometheusExporter());
        if (!string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpoint]))
            telemetry.UseOtlpExporter();
        return builder;
    }

    /// <summary>Serves the metrics for Prometheus at <c>/metrics</c>.</summary>
    /// <param name="endpoints">Where to add the endpoint.</param>
    public static IEndpointConventionBuilder MapThotNetMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint(MetricsPath);

    // Probes come every second and would bury the requests.
    private static bool IsWorthATrace(HttpContext context) =>
        !context.Request.Path.StartsWithSegments("/healthz") && !context.Request.Path.StartsWithSegments(MetricsPath);
}
