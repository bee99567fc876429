namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>
/// A bucket that drains <c>limit</c> units a window, continuously (wire.md 3.2). The level is kept exactly, in units of
/// (amount x ticks of the window), so that one tick drains <c>limit</c> of them.
/// </summary>
internal sealed class LeakyBucketCounter(long limit, TimeSpan window) : QuotaCounter
{
    private Int128 _level;
    private long _at;

    public override long Used(Moment now)
    {
        Drain(now);
        return (long)((_level + window.Ticks - 1) / window.Ticks);
    }

    public override void Add(Moment now, long amount)
    {
        Drain(now);
        _level += (Int128)amount * window.Ticks;
    }

    /// <summary>
    /// wait = (Used - level) x window / Limit, with Used in whole units, as Groq's messages and headers have it (wire.md 3.2).
    /// </summary>
    public override TimeSpan UntilAtMost(Moment now, long level)
    {
        var excess = (Int128)(Used(now) - level) * window.Ticks;
        return excess <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)((excess + limit - 1) / limit));
    }

    private void Drain(Moment now)
    {
        var left = _level - (Int128)(now.Steady - _at) * limit;
        _level = left < 0 ? 0 : left;
        _at = now.Steady;
    }
}
