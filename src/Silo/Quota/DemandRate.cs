using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// How much is reserved a second, smoothed: the older, the less it weighs; and how many requests are under way. The lock of its
/// <see cref="SiloQuota"/> owns it.
/// </summary>
internal sealed class DemandRate
{
    // What was reserved, faded: what the same time is likely to bring again.
    private double _requests;
    private double _tokens;
    private double _inputTokens;
    private double _outputTokens;
    private double _cost;
    private long _underWay;
    private long _mostUnderWay;
    private TimeSpan _at;

    public void Add(QuotaAmounts amounts, TimeSpan now)
    {
        Fade(now);
        _requests += amounts.Requests;
        _tokens += amounts.Tokens;
        _inputTokens += amounts.InputTokens;
        _outputTokens += amounts.OutputTokens;
        _cost += amounts.Cost;
        _underWay += amounts.Concurrent;
        _mostUnderWay = Math.Max(_mostUnderWay, _underWay);
    }

    public void End(QuotaAmounts amounts) => _underWay -= amounts.Concurrent;

    /// <summary>What that time is likely to need; nothing below one request.</summary>
    public QuotaAmounts Next(TimeSpan span, TimeSpan now)
    {
        Fade(now);
        var share = span / LeaseRules.Horizon;
        return _requests * share < 1 ? QuotaAmounts.Zero : Of(share);
    }

    /// <summary>What one request needs, on average; zero without demand.</summary>
    public QuotaAmounts Typical(TimeSpan now)
    {
        Fade(now);
        return _requests < 1 ? QuotaAmounts.Zero : Of(1 / _requests) with { Requests = 1, Concurrent = Math.Min(1, _mostUnderWay) };
    }

    /// <summary>Looks at requests under way from here on.</summary>
    public void Restart() => _mostUnderWay = _underWay;

    // Places are free again after each request: as many are needed as were taken at once, not as there are requests.
    private QuotaAmounts Of(double share) => new(
        (long)(_requests * share),
        (long)(_tokens * share),
        (long)(_inputTokens * share),
        (long)(_outputTokens * share),
        (long)(_cost * share),
        Math.Min((long)(_requests * share), _mostUnderWay));

    private void Fade(TimeSpan now)
    {
        if (now == _at)
        {
            return;
        }

        var factor = Math.Exp(-((now - _at) / LeaseRules.Horizon));
        _requests *= factor;
        _tokens *= factor;
        _inputTokens *= factor;
        _outputTokens *= factor;
        _cost *= factor;
        _at = now;
    }
}
