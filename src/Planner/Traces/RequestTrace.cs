namespace ThotNet.Planner.Traces;

/// <summary>A recorded trace.</summary>
/// <param name="First">The moment of the first request.</param>
/// <param name="Entries">The requests, oldest first; at least one.</param>
public sealed record RequestTrace(DateTimeOffset First, IReadOnlyList<TraceEntry> Entries);
