using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Trace;
using ThotNet.Gateway.Clustering;

namespace ThotNet.Gateway.Tests.Telemetry;

public sealed class TraceTests
{
    [Fact]
    public async Task Traces_AreOfRequestsAndNotOfProbes()
    {
        await using var silo = await FakeSilo.StartAsync(context => Task.CompletedTask);
        using var log = new SpanLog();
        var builder = GatewayHost.Builder("Development",
            ("ThotNet:Access:ApiKeys", GatewayHost.Key), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1"));
        builder.Services.AddSingleton<ISiloSource>(new FakeSiloSource(silo.Destination));
        builder.Services.ConfigureOpenTelemetryTracerProvider(tracing => tracing.AddProcessor(log));
        await using var gateway = await GatewayHost.StartAsync(builder, waitUntilReady: true);
        await Eventually.TrueAsync(() => silo.Probes > 1);

        using var response = await gateway.Client.GetAsync("/v1/traced");
        await Eventually.TrueAsync(() => log.Spans.Any(span => PathOf(span) == "/v1/traced"));

        Assert.DoesNotContain(log.Spans, IsProbe);
    }

    private static bool IsProbe(Activity span) =>
        span.OperationName.Contains("health_check", StringComparison.Ordinal) || PathOf(span)?.StartsWith("/healthz", StringComparison.Ordinal) is true;

    private static string? PathOf(Activity span) =>
        span.GetTagItem("url.path") as string ?? (span.GetTagItem("url.full") is string url ? new Uri(url).AbsolutePath : null);
}
