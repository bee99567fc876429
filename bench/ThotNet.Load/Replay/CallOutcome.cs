namespace ThotNet.Load.Replay;

/// <summary>How a call ended.</summary>
public enum CallResult
{
    /// <summary>A complete answer.</summary>
    Served,

    /// <summary>Status 429.</summary>
    Throttled,

    /// <summary>An answer that began with status 200 and was not completed.</summary>
    Broken,

    /// <summary>Any other status, or no answer at all.</summary>
    Failed,
}

/// <summary>What became of one call.</summary>
/// <param name="Result">How it ended.</param>
/// <param name="Detail">Status and error code, or what went wrong; empty for a served one.</param>
/// <param name="Provider">The provider that the answer names, or empty.</param>
/// <param name="FirstByte">Time to the first event of a stream, or the first byte of a whole answer.</param>
/// <param name="Latency">Time to the end of the call.</param>
/// <param name="Cache">What the answer says in <c>x-thotnet-cache</c>, or empty.</param>
/// <param name="Tokens">Tokens of prompt and answer by the answer's usage, 0 if it has none.</param>
public readonly record struct CallOutcome(
    CallResult Result, string Detail, string Provider, TimeSpan FirstByte, TimeSpan Latency, string Cache = "", long Tokens = 0);
