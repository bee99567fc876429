using ThotNet.Load.Reporting;

namespace ThotNet.Load.Replay;

/// <summary>Whether answers are asked for as streams.</summary>
public enum StreamMode
{
    /// <summary>Every second one.</summary>
    Mix,

    /// <summary>All of them.</summary>
    True,

    /// <summary>None of them.</summary>
    False,
}

/// <summary>What to replay, where, and how.</summary>
public sealed record ReplaySettings
{
    /// <summary>The trace file.</summary>
    public required FileInfo Trace { get; init; }

    /// <summary>The gateway's base URL.</summary>
    public required Uri Gateway { get; init; }

    /// <summary>How many times faster than recorded; above 0.</summary>
    public required double Speed { get; init; }

    /// <summary>The caller's key; empty for none.</summary>
    public required string Key { get; init; }

    /// <summary>How many requests of the trace to send at most.</summary>
    public required int Limit { get; init; }

    /// <summary>The model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Whether answers are asked for as streams.</summary>
    public required StreamMode Stream { get; init; }

    /// <summary>Base URL of the simulator, whose own counts are the judge of overspend; null without one.</summary>
    public required Uri? Simulator { get; init; }

    /// <summary>How long one call may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Factor on the recorded numbers of tokens; above 0.</summary>
    public required double TokensScale { get; init; }

    /// <summary>Prompts that requests share, so that answers may come from the cache; null if each has one of its own and a provider's answer.</summary>
    public PromptSet? Prompts { get; init; }

    /// <summary>The providers' target shares as weights.</summary>
    public required IReadOnlyDictionary<string, double> Targets { get; init; }

    /// <summary>The form of the report.</summary>
    public required ReportFormat Format { get; init; }

    /// <summary>A recorded number of tokens times <see cref="TokensScale"/>, at least 1. Halves go up, as the planner has it.</summary>
    public int Scale(int tokens) => (int)Math.Max(1, Math.Round(tokens * TokensScale, MidpointRounding.AwayFromZero));
}
