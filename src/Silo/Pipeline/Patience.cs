namespace ThotNet.Silo.Pipeline;

/// <summary>How long a request may wait in all for headroom.</summary>
/// <param name="Longest">At targets.</param>
/// <param name="IsAsked">The caller asked to wait; only then is waiting for the caller's own limits what it wants.</param>
internal readonly record struct Patience(TimeSpan Longest, bool IsAsked)
{
    /// <summary>For the caller's own limits.</summary>
    public TimeSpan ForOwnLimits => IsAsked ? Longest : TimeSpan.Zero;
}
