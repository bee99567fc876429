using ThotNet.Providers;

namespace ThotNet.Silo.Pipeline;

/// <summary>How one attempt ended.</summary>
internal enum AttemptResult
{
    /// <summary>The caller has the whole answer.</summary>
    Answered,

    /// <summary>It failed before any content was sent.</summary>
    Failed,

    /// <summary>It failed after content was sent.</summary>
    Broken,

    /// <summary>The caller left.</summary>
    CallerLeft,

    /// <summary>What was reserved could not be spent any more, so that nothing was sent. No fault of the target's.</summary>
    NeverSent,

    /// <summary>A bug of ours ended it.</summary>
    Faulted,
}

/// <summary>How one attempt ended, with the failure if it failed and the usage if the provider told it.</summary>
internal readonly record struct AttemptOutcome(AttemptResult Result, ProviderFailure? Failure = null, TokenUsage? Usage = null)
{
    /// <summary>Nothing of the request ever left for the provider: it counts for nobody.</summary>
    public bool Unsent { get; init; }

    /// <summary>The provider refused before doing any work: the request counts, but no tokens.</summary>
    public bool Refused { get; init; }

    /// <summary>
    /// How long the target took to its first event, or to the first byte of an answer that is not streamed, without what its tokens are allowed for; null
    /// when it did not answer.
    /// </summary>
    public TimeSpan? Latency { get; init; }

    /// <summary>A failure, before or after content was sent.</summary>
    public static AttemptOutcome Fail(ProviderFailure failure, bool contentSent) =>
        new(contentSent ? AttemptResult.Broken : AttemptResult.Failed, failure);
}
