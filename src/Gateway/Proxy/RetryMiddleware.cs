using System.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http.Features;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Health;
using ThotNet.Hosting.Telemetry;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace ThotNet.Gateway.Proxy;

/// <summary>
/// Runs the rest of the proxy again on another silo while nothing of an answer has been sent, and only when the silo could not be reached, broke
/// the connection before its answer, or is draining (docs/decisions/0003-gateway-retries.md). Never twice on the same silo.
/// </summary>
internal sealed partial class RetryMiddleware(RequestDelegate next, ILogger<RetryMiddleware> log)
{
    private const int MaxAttempts = 5;

    private static readonly Counter<long> Retries = ThotNetTelemetry.Meter.CreateCounter<long>(
        "thotnet.gateway.retries", "{retry}", "Requests sent to another silo, by what was wrong with the one before.");

    private static readonly ApiError NoSilo = ApiError.Unavailable("No silo can take the request right now. Try again in a moment.") with
    {
        Spanish = "Ningún silo puede atender la solicitud ahora. Inténtelo de nuevo en un momento.",
    };

    public async Task InvokeAsync(HttpContext context)
    {
        context.Features.Set<IHttpRequestLifetimeFeature>(new GentleAbort(context));
        var proxy = context.GetReverseProxyFeature();
        var left = proxy.AvailableDestinations;
        string? reason;
        for (var attempt = 1; ; attempt++)
        {
            await next(context);
            reason = Failure(context);
            if (reason is null)
                break;
            left = [.. left.Where(silo => silo != proxy.ProxiedDestination)];
            if (left.Count == 0 || attempt == MaxAttempts)
                break;
            LogRetry(log, context.TraceIdentifier, proxy.ProxiedDestination?.DestinationId, reason);
            Retries.Add(1, new KeyValuePair<string, object?>("reason", reason));
            Rewind(context, proxy, left);
        }

        if (!context.RequestAborted.IsCancellationRequested && FinalError(context, reason is not null) is { } error)
            await FailAsync(context, proxy.ProxiedDestination, error);
    }

    private Task FailAsync(HttpContext context, DestinationState? silo, ApiError error)
    {
        var fault = context.GetForwarderErrorFeature();
        LogFailed(log, context.TraceIdentifier, silo?.DestinationId, fault?.Error, fault?.Exception?.Message);
        if (!context.Response.HasStarted)
            context.Response.Clear();
        return context.WriteErrorAsync(error);
    }

    // Why another silo may be tried, or null.
    private static string? Failure(HttpContext context)
    {
        if (context.Response.HasStarted || context.RequestAborted.IsCancellationRequested)
            return null;
        if (context.Response.StatusCode == StatusCodes.Status503ServiceUnavailable && context.Response.Headers.ContainsKey(HealthExtensions.DrainingHeader))
            return "draining";
        return context.GetForwarderErrorFeature() switch
        {
            { Error: ForwarderError.Request or ForwarderError.RequestBodyDestination } => "broken",
            // A connection that does not come about in time looks like a cancellation; only the inner exception tells it from a silent silo.
            { Error: ForwarderError.RequestTimedOut, Exception.InnerException: TimeoutException } => "unreachable",
            _ => null,
        };
    }

    // What the caller gets after the last attempt, or null when the silo's own answer stands.
    private static ApiError? FinalError(HttpContext context, bool anotherSiloIsNeeded) => context.GetForwarderErrorFeature()?.Error switch
    {
        _ when anotherSiloIsNeeded => NoSilo,
        null => null,
        ForwarderError.NoAvailableDestinations => NoSilo,
        ForwarderError.RequestTimedOut => StatusErrors.For(StatusCodes.Status504GatewayTimeout, context.Request),
        _ => StatusErrors.For(StatusCodes.Status502BadGateway, context.Request),
    };

    private static void Rewind(HttpContext context, IReverseProxyFeature proxy, IReadOnlyList<DestinationState> left)
    {
        context.Response.Clear();
        context.Features.Set<IForwarderErrorFeature>(null);
        if (context.Request.Body.CanSeek)
            context.Request.Body.Position = 0;
        proxy.AvailableDestinations = left;
        proxy.ProxiedDestination = null;
    }

    [LoggerMessage(1, LogLevel.Information, "Request {RequestId} goes to another silo, {Silo} is {Reason}")]
    private static partial void LogRetry(ILogger logger, string requestId, string? silo, string reason);

    [LoggerMessage(2, LogLevel.Warning, "Request {RequestId} failed at silo {Silo}: {Error}, {Reason}")]
    private static partial void LogFailed(ILogger logger, string requestId, string? silo, ForwarderError? error, string? reason);

    /// <summary>
    /// The proxy aborts the caller's connection when a silo's answer breaks off. A reset may swallow the last bytes, such as the error event of a
    /// stream, so the answer is broken off without a reset.
    /// </summary>
    private sealed class GentleAbort(HttpContext context) : IHttpRequestLifetimeFeature
    {
        private readonly IHttpRequestLifetimeFeature _server = context.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>();

        public CancellationToken RequestAborted
        {
            get => _server.RequestAborted;
            set => _server.RequestAborted = value;
        }

        public void Abort() => context.BreakOff();
    }
}
