namespace ThotNet.Routing.Health;

/// <summary>The newest outcomes of a target. Not safe for concurrent use: the circuit's caller locks.</summary>
internal sealed class RecentOutcomes
{
    private readonly (TimeSpan At, bool Failed)[] _newest = new (TimeSpan, bool)[Circuit.RateOutcomes];
    private int _count;
    private int _next;

    /// <summary>Notes an outcome.</summary>
    public void Add(TimeSpan now, bool failed)
    {
        _newest[_next] = (now, failed);
        _next = (_next + 1) % _newest.Length;
        _count = Math.Min(_count + 1, _newest.Length);
    }

    /// <summary>Whether there are enough recent ones and at least half of them failed.</summary>
    public bool IsHalfFailed(TimeSpan now)
    {
        var (recent, failed) = (0, 0);
        foreach (var (at, isFailure) in _newest.AsSpan(0, _count))
        {
            if (now - at <= Circuit.RateWindow)
            {
                recent++;
                failed += isFailure ? 1 : 0;
            }
        }

        return recent >= Circuit.LeastForRate && 2 * failed >= recent;
    }

    /// <summary>Begins anew.</summary>
    public void Clear() => (_count, _next) = (0, 0);
}
