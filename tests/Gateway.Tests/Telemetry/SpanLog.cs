using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace ThotNet.Gateway.Tests.Telemetry;

/// <summary>Remembers the spans that would be sent.</summary>
public sealed class SpanLog : BaseProcessor<Activity>
{
    public ConcurrentQueue<Activity> Spans { get; } = new();

    public override void OnEnd(Activity data)
    {
        if (data.Recorded)
            Spans.Enqueue(data);
    }
}
