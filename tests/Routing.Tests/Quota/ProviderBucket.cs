using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A leaky bucket as the provider keeps it (wire.md 3.2), in units times ticks of the window, without any rounding.</summary>
internal sealed class ProviderBucket(BudgetDefinition limit)
{
    private Int128 _level;
    private long _at;

    /// <summary>Takes a request's reservation, or refuses it.</summary>
    public bool TryAdd(long ticks, long amount)
    {
        DrainTo(ticks);
        if (_level + In(amount) > In(limit.Amount))
        {
            return false;
        }

        _level += In(amount);
        return true;
    }

    /// <summary>Gives back what was reserved and not used.</summary>
    public void GiveBack(long ticks, long amount)
    {
        DrainTo(ticks);
        _level = Int128.Max(0, _level - In(amount));
    }

    /// <summary>What is left, rounded down.</summary>
    public long Remaining(long ticks)
    {
        DrainTo(ticks);
        return (long)((In(limit.Amount) - _level) / limit.Window.Ticks);
    }

    private void DrainTo(long ticks)
    {
        _level = Int128.Max(0, _level - ((Int128)(ticks - _at) * limit.Amount));
        _at = ticks;
    }

    private Int128 In(long units) => (Int128)units * limit.Window.Ticks;
}
