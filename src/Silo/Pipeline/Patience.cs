using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Pipeline;

/// <summary>How a request may wait for headroom.</summary>
/// <param name="Longest">How long in all at targets; 0 to 2 min.</param>
/// <param name="IsAsked">The caller asked to wait; only then is waiting for the caller's own limits what it wants.</param>
internal readonly record struct Patience(TimeSpan Longest, bool IsAsked)
{
    /// <summary>Before whom it is served.</summary>
    public RequestPriority Priority { get; init; } = RequestPriority.Normal;

    /// <summary>What is left after so long.</summary>
    public Patience Less(TimeSpan waited) => this with { Longest = Longest > waited ? Longest - waited : TimeSpan.Zero };

    /// <summary>For the caller's own limits.</summary>
    public TimeSpan ForOwnLimits => IsAsked ? Longest : TimeSpan.Zero;
}
