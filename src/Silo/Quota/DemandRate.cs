using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>How much is reserved a second, smoothed: the older, the less it weighs. The lock of its <see cref="SiloQuota"/> owns it.</summary>
internal struct DemandRate
{
    private const double MemorySeconds = 2;

    private double _requests;
    private double _tokens;
    private TimeSpan _at;

    public void Add(QuotaAmounts amounts, TimeSpan now)
    {
        Fade(now);
        _requests += amounts.Requests / MemorySeconds;
        _tokens += amounts.Tokens / MemorySeconds;
    }

    /// <summary>What the next second is likely to need; nothing below one request a second.</summary>
    public QuotaAmounts NextSecond(TimeSpan now)
    {
        Fade(now);
        return _requests < 1 ? QuotaAmounts.Zero : new((long)_requests, (long)_tokens);
    }

    private void Fade(TimeSpan now)
    {
        var factor = Math.Exp(-(now - _at).TotalSeconds / MemorySeconds);
        _requests *= factor;
        _tokens *= factor;
        _at = now;
    }
}
