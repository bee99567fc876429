namespace ThotNet.Planner.Traces;

/// <summary>One recorded request.</summary>
/// <param name="Offset">Time since the first request of the trace.</param>
/// <param name="ContextTokens">Tokens of the prompt.</param>
/// <param name="GeneratedTokens">Tokens of the answer.</param>
public readonly record struct TraceEntry(TimeSpan Offset, int ContextTokens, int GeneratedTokens);
