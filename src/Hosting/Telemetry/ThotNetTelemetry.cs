using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ThotNet.Hosting.Telemetry;

/// <summary>The process's own source of spans and metrics, both named <c>ThotNet</c>.</summary>
public static class ThotNetTelemetry
{
    /// <summary>Name of the source and the meter.</summary>
    public const string Name = "ThotNet";

    /// <summary>Starts our own spans.</summary>
    public static ActivitySource Source { get; } = new(Name);

    /// <summary>Makes our own instruments.</summary>
    public static Meter Meter { get; } = new(Name);
}
