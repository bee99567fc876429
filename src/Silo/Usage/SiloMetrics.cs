using System.Diagnostics;
using System.Diagnostics.Metrics;
using ThotNet.Hosting.Telemetry;
using ThotNet.Providers;
using ThotNet.Routing;

namespace ThotNet.Silo.Usage;

/// <summary>What this silo counts. GenAI names are those of semantic conventions v1.41, kept in this one file (wire.md section 7).</summary>
public sealed class SiloMetrics
{
    private static readonly double[] DurationBuckets = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];

    private readonly Counter<long> _requests = ThotNetTelemetry.Meter.CreateCounter<long>(
        "thotnet.requests", "{request}", "Requests by how they ended.");

    private readonly Counter<long> _attempts = ThotNetTelemetry.Meter.CreateCounter<long>(
        "thotnet.attempts", "{attempt}", "Attempts on providers by how they ended.");

    private readonly Counter<long> _malformed = ThotNetTelemetry.Meter.CreateCounter<long>(
        "thotnet.stream.malformed_events", "{event}", "Events of providers' streams that were not readable and were dropped.");

    private readonly Histogram<double> _waits = CreateDurations("thotnet.wait.duration", "Time that requests waited for headroom.");

    private readonly Histogram<double> _durations = CreateDurations("gen_ai.client.operation.duration", "Duration of calls to providers.");

    private readonly Counter<long> _tokens = ThotNetTelemetry.Meter.CreateCounter<long>(
        "thotnet.tokens", "{token}", "Tokens that providers counted.");

    /// <summary>A request ended.</summary>
    /// <param name="status">The status the caller got, or 499 for one who left.</param>
    /// <param name="waited">Time spent waiting for headroom.</param>
    public void CountRequest(int status, TimeSpan waited)
    {
        _requests.Add(1, new KeyValuePair<string, object?>("status", status));
        if (waited > TimeSpan.Zero)
        {
            _waits.Record(waited.TotalSeconds);
        }
    }

    /// <summary>An attempt ended.</summary>
    public void CountAttempt(ModelRequest request, TargetDefinition target, string outcome, TimeSpan duration, TokenUsage? usage)
    {
        _attempts.Add(1, new("provider", target.Provider), new("model", target.Model), new("outcome", outcome));
        _durations.Record(
            duration.TotalSeconds,
            new("gen_ai.operation.name", request.Operation),
            new("gen_ai.provider.name", target.Provider),
            new("gen_ai.request.model", target.Model));
        if (usage is { } counted)
        {
            _tokens.Add(counted.PromptTokens, new("provider", target.Provider), new("type", "input"));
            _tokens.Add(counted.CompletionTokens, new("provider", target.Provider), new("type", "output"));
        }
    }

    /// <summary>An event of a stream was read.</summary>
    public void CountEvent(StreamEvent what)
    {
        if (what == StreamEvent.Malformed)
        {
            _malformed.Add(1);
        }
    }

    /// <summary>Begins the span of one attempt (wire.md section 7).</summary>
    public static Activity? StartAttempt(ModelRequest request, TargetDefinition target, Uri address, int attempt)
    {
        var activity = ThotNetTelemetry.Source.StartActivity($"{request.Operation} {target.Model}", ActivityKind.Client);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("gen_ai.operation.name", request.Operation);
            activity.SetTag("gen_ai.provider.name", target.Provider);
            activity.SetTag("gen_ai.request.model", target.Model);
            activity.SetTag("gen_ai.request.stream", request.Stream);
            activity.SetTag("server.address", address.Host);
            activity.SetTag("server.port", address.Port);
            activity.SetTag("thotnet.attempt", attempt);
        }

        return activity;
    }

    /// <summary>Ends the span of one attempt.</summary>
    public static void EndAttempt(Activity? activity, string outcome, TokenUsage? usage)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        if (usage is { } counted)
        {
            activity.SetTag("gen_ai.usage.input_tokens", counted.PromptTokens);
            activity.SetTag("gen_ai.usage.output_tokens", counted.CompletionTokens);
        }

        if (outcome != "Answered")
        {
            activity.SetTag("error.type", outcome);
            activity.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static Histogram<double> CreateDurations(string name, string description) => ThotNetTelemetry.Meter.CreateHistogram<double>(
        name, "s", description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = DurationBuckets });
}
