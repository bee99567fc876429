namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>
/// An exact log of the last window: what was counted at <c>t</c> is in the windows that end in <c>[t, t + window)</c>. Amounts of the
/// same instant share an entry.
/// </summary>
internal sealed class RollingCounter(TimeSpan window) : QuotaCounter
{
    private readonly LinkedList<(long At, long Amount)> _log = new();
    private long _sum;

    public override long Used(Moment now)
    {
        while (_log.First is { } first && first.Value.At <= now.Steady - window.Ticks)
        {
            _sum -= first.Value.Amount;
            _log.RemoveFirst();
        }

        return _sum;
    }

    public override void Add(Moment now, long amount)
    {
        if (amount == 0)
            return;
        Used(now);
        _sum += amount;
        if (_log.Last is { } last && last.Value.At == now.Steady)
            last.Value = (now.Steady, last.Value.Amount + amount);
        else
            _log.AddLast((now.Steady, amount));
    }

    public override TimeSpan UntilAtMost(Moment now, long level)
    {
        var left = Used(now);
        for (var entry = _log.First; entry is not null && left > level; entry = entry.Next)
        {
            left -= entry.Value.Amount;
            if (left <= level)
                return TimeSpan.FromTicks(entry.Value.At + window.Ticks - now.Steady);
        }

        return left <= level ? TimeSpan.Zero : window;
    }
}
