namespace ThotNet.Routing.Health;

/// <summary>
/// Notices that a target answers much slower than it used to: more than three times its own average over some ten minutes, and more than 2 s. It is over
/// below twice the average or 1.5 s. Who is slow for longer than that is not degraded any more, but slow.
/// </summary>
/// <remarks>Not safe for concurrent use: the router's turns own it.</remarks>
public sealed class LatencyWatch
{
    /// <summary>How many times its usual latency is too much: 3.</summary>
    public const double DegradedAbove = 3;

    /// <summary>How many times its usual latency is well again: 2.</summary>
    public const double HealthyBelow = 2;

    /// <summary>What is never too slow: 2 s.</summary>
    public static readonly TimeSpan NeverDegradedBelow = TimeSpan.FromSeconds(2);

    /// <summary>What is always well again: 1.5 s.</summary>
    public static readonly TimeSpan AlwaysHealthyBelow = TimeSpan.FromSeconds(1.5);

    /// <summary>In what time the usual latency follows a change by 63 %: 10 min.</summary>
    public static readonly TimeSpan Usual = TimeSpan.FromMinutes(10);

    private TimeSpan? _usual;
    private DateTimeOffset _seenAt;

    /// <summary>It is much slower than it used to be.</summary>
    public bool IsDegraded { get; private set; }

    /// <summary>Takes in the latency of this moment.</summary>
    /// <param name="latency">Null while nobody knows: then it is not called degraded, so that it is tried and measured again.</param>
    /// <param name="now">The present.</param>
    public void See(TimeSpan? latency, DateTimeOffset now)
    {
        if (latency is not { } current)
        {
            IsDegraded = false;
            return;
        }

        var usual = _usual ?? current;
        IsDegraded = IsDegraded
            ? current >= HealthyBelow * usual && current >= AlwaysHealthyBelow
            : current > DegradedAbove * usual && current > NeverDegradedBelow;
        var passed = now > _seenAt ? now - _seenAt : TimeSpan.Zero;
        _usual = usual + ((current - usual) * (1 - Math.Exp(-(passed / Usual))));
        _seenAt = now;
    }
}
