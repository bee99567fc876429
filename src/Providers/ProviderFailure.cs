using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Providers;

/// <summary>What a provider's failure means for the request, the target and the quota (wire.md 2.3, 3.3).</summary>
public enum FailureClass
{
    /// <summary>The caller's own mistake: answered to the caller at once, no failover, no mark against the target.</summary>
    CallerMistake,

    /// <summary>Refused for its content: answered to the caller at once.</summary>
    ContentPolicy,

    /// <summary>Too long for this model, or larger than this account's whole bucket: another target may take it.</summary>
    TooLarge,

    /// <summary>Our own quota refused it, for seconds or minutes: the quota closes until its reset.</summary>
    Throttled,

    /// <summary>Our own quota is gone for the day, or the account is out of credits: the quota closes until its reset.</summary>
    QuotaGone,

    /// <summary>The provider's own upstream is busy: says nothing about our quota.</summary>
    ThrottledUpstream,

    /// <summary>The key is refused: all targets of the provider are off until the process restarts.</summary>
    KeyRefused,

    /// <summary>The model is gone: the target is off until the process restarts.</summary>
    ModelGone,

    /// <summary>A fault of the provider that may pass: 5xx, a broken connection, an unreadable answer.</summary>
    Transient,

    /// <summary>No headers, no first event or silence for longer than allowed: our own clock fired.</summary>
    TimedOut,

    /// <summary>The stream broke or ended before the answer was complete.</summary>
    BrokenStream,

    /// <summary>The model wrote something unusable (tool call or JSON that fails validation): another may do better.</summary>
    ModelFailure,
}

/// <summary>A failed attempt, as a value.</summary>
/// <param name="Class">What it means.</param>
/// <param name="Status">The provider's HTTP status, or 0 if there was none.</param>
/// <param name="Message">The provider's words without keys, organisation ids or hosts; fit for callers.</param>
/// <param name="Type">OpenAI error type for the caller.</param>
/// <param name="Code">OpenAI error code for the caller, always text, or null.</param>
/// <param name="Param">The field at fault, or null.</param>
/// <param name="RetryAfter">When the provider says to come again, or null.</param>
/// <param name="Evidence">What it says about our quota, or null.</param>
public sealed record ProviderFailure(
    FailureClass Class,
    int Status,
    string Message,
    string Type = "server_error",
    string? Code = null,
    string? Param = null,
    TimeSpan? RetryAfter = null,
    QuotaEvidence? Evidence = null)
{
    /// <summary>True for failures that go back to the caller without trying another target.</summary>
    public bool IsCallers => Class is FailureClass.CallerMistake or FailureClass.ContentPolicy;
}
