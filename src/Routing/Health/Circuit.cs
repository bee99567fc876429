namespace ThotNet.Routing.Health;

/// <summary>
/// Leaves a failing target alone for a while: open after 3 failures in a row, or when at least half of its newest 20 outcomes of the last 30 s failed and
/// there are at least 10 of them. It is open for 5 s first, then twice as long after each failed probe, at most 20 s. When the time is over one request at a
/// time may probe; a success closes it.
/// </summary>
/// <remarks>
/// Mistakes of the caller are no failures: report them with <see cref="Release"/>. Times are on any clock that never goes back, the same
/// for all calls. Not safe for concurrent use: the caller locks.
/// </remarks>
public sealed class Circuit
{
    /// <summary>Failures in a row that open it.</summary>
    public const int FailuresToOpen = 3;

    /// <summary>How many of the newest outcomes the rate of failures is taken of.</summary>
    public const int RateOutcomes = 20;

    /// <summary>How many of them there must be within <see cref="RateWindow"/> for a rate.</summary>
    public const int LeastForRate = 10;

    /// <summary>How old they may be: 30 s.</summary>
    public static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(30);

    /// <summary>How long it stays open the first time: 5 s.</summary>
    public static readonly TimeSpan FirstOpen = TimeSpan.FromSeconds(5);

    /// <summary>How long it stays open at most: 20 s. A probe that never ends is given up after it.</summary>
    public static readonly TimeSpan LongestOpen = TimeSpan.FromSeconds(20);

    private readonly RecentOutcomes _outcomes = new();
    private int _failures;
    private bool _isOpenByRate;
    private TimeSpan _openFor = FirstOpen;
    private TimeSpan _openUntil;
    private TimeSpan? _probeSince;

    /// <summary>Whether requests are held back: open, or waiting for the outcome of a probe.</summary>
    public bool IsOpen => _failures >= FailuresToOpen || _isOpenByRate;

    /// <summary>Why the target is switched off until the process restarts, or null.</summary>
    public string? Disabled { get; private set; }

    /// <summary>How long nothing should be sent; zero when it is closed or may be probed. A disabled one is closed for good.</summary>
    public TimeSpan ClosedFor(TimeSpan now)
    {
        if (Disabled is not null)
        {
            return TimeSpan.MaxValue;
        }

        if (!IsOpen)
        {
            return TimeSpan.Zero;
        }

        var until = IsProbing(now) ? _probeSince!.Value + LongestOpen : _openUntil;
        return until > now ? until - now : TimeSpan.Zero;
    }

    /// <summary>Whether a request may be sent; if it is a probe, it is the only one until its outcome is reported.</summary>
    public bool TryEnter(TimeSpan now)
    {
        if (ClosedFor(now) > TimeSpan.Zero)
        {
            return false;
        }

        if (IsOpen)
        {
            _probeSince = now;
        }

        return true;
    }

    /// <summary>The target served a request.</summary>
    public void Succeed(TimeSpan now)
    {
        if (_isOpenByRate && !IsProbing(now))
        {
            // Some always succeeded: one that was under way when it opened is no news.
            return;
        }

        if (IsOpen)
        {
            _outcomes.Clear();
        }

        _outcomes.Add(now, failed: false);
        _failures = 0;
        _isOpenByRate = false;
        _openFor = FirstOpen;
        _probeSince = null;
    }

    /// <summary>The target failed a request by its own fault.</summary>
    public void Fail(TimeSpan now)
    {
        if (IsOpen && !IsProbing(now))
        {
            // A request sent before it opened, or sent because nothing else was left: no news.
            return;
        }

        _openFor = IsOpen ? Shorter(_openFor * 2, LongestOpen) : FirstOpen;
        _failures++;
        _outcomes.Add(now, failed: true);
        _isOpenByRate |= _outcomes.IsHalfFailed(now);
        _probeSince = null;
        _openUntil = now + _openFor;
    }

    /// <summary>A request ended without telling anything about the target: the caller's mistake, a full budget, a caller who left.</summary>
    public void Release() => _probeSince = null;

    /// <summary>Switches the target off: its model is gone or its key is refused.</summary>
    /// <param name="reason">Words for operators.</param>
    public void Disable(string reason) => Disabled = reason;

    private bool IsProbing(TimeSpan now) => _probeSince is { } since && now - since < LongestOpen;

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
