using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>When the authority may be asked: once a <see cref="LeaseRules.Pace"/>, and less often while it is silent.</summary>
internal sealed class AskingPace
{
    /// <summary>The longest pause between two questions to an authority that is silent: 5 s.</summary>
    public static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private TimeSpan _next;
    private TimeSpan _silentUntil;
    private TimeSpan _backOff = LeaseRules.FailureRetry;

    /// <summary>The next time for a question; one that cannot wait only minds the silence.</summary>
    public TimeSpan Next(bool urgent) => urgent || _silentUntil > _next ? _silentUntil : _next;

    /// <summary>For how long the silence is still respected; zero or less when it is over.</summary>
    public TimeSpan SilentFor(TimeSpan now) => _silentUntil - now;

    public void Sent(TimeSpan now) => _next = now + LeaseRules.Pace;

    public void Answered() => _backOff = LeaseRules.FailureRetry;

    /// <summary>The authority is left alone for 1, 2, 4, 5, 5 ... s.</summary>
    public void NotAnswered(TimeSpan now)
    {
        _silentUntil = now + _backOff;
        _backOff = 2 * _backOff < LongestBackOff ? 2 * _backOff : LongestBackOff;
    }
}
