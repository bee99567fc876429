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
    /// Collects metrics for <see cref="MetricsPath"/>. When <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set, collects traces as well and sends both there.
    /// </summary>
    /// <param name="builder">The host being built.</param>
    /// <param name="serviceName">Name under which the process appears, for example <c>thotnet-gateway</c>.</param>
    public static IHostApplicationBuilder AddThotNetTelemetry(this IHostApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(serviceName))
            .WithMetrics(metrics => metrics
                .AddAspNetCoreInstrumentation()
                .AddHttpClientInstrumentation()
                .AddRuntimeInstrumentation()
                .AddMeter(ThotNetTelemetry.Name, "Microsoft.Orleans")
                .AddPrometheusExporter());
        if (!string.IsNullOrWhiteSpace(builder.Configuration[OtlpEndpoint]))
            telemetry.WithTracing(AddTraces).UseOtlpExporter();
        return builder;
    }

    /// <summary>Serves the metrics for Prometheus at <c>/metrics</c>.</summary>
    /// <param name="endpoints">Where to add the endpoint.</param>
    public static IEndpointConventionBuilder MapThotNetMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint(MetricsPath);

    // Not the proxy's own source: it starts a trace for each round of probes, and what it knows of a request the client's span says too.
    private static void AddTraces(TracerProviderBuilder tracing) => tracing
        .AddAspNetCoreInstrumentation(web => web.Filter = context => IsWorthATrace(context.Request.Path))
        .AddHttpClientInstrumentation(client => client.FilterHttpRequestMessage = request => IsWorthATrace(request.RequestUri?.AbsolutePath))
        .AddSource(ThotNetTelemetry.Name, "Microsoft.Orleans.Application");

    // Probes come every second and would bury the requests.
    private static bool IsWorthATrace(PathString path) => !path.StartsWithSegments("/healthz") && !path.StartsWithSegments(MetricsPath);
}
