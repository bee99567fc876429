using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>
/// What other users of an account spent of one quota, and how much of it may be held against us. Not thread-safe: the account's lock guards it.
/// </summary>
/// <remarks>What was excused leaves the window with the arrival that it excused, so up to <see cref="Grace"/> late: so long the judge is milder by it.</remarks>
internal sealed class ForeignUse(SimulatedQuota definition)
{
    /// <summary>How long after another's use nobody is blamed for not knowing of it: 2 s.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly QuotaCounter _spent = QuotaCounter.For(definition);
    private readonly QuotaCounter _taken = QuotaCounter.For(definition);
    private readonly QuotaCounter _excused = QuotaCounter.For(definition);
    private readonly Queue<(long Until, long Amount)> _recent = [];
    private long _excusable; // The sum of _recent, less what was excused.

    public long Used(Moment now) => _spent.Used(now);

    /// <summary>What others took from the limit: whatever is ours beyond the rest is overspend.</summary>
    public long Taken(Moment now) => Math.Max(0, _taken.Used(now) - _excused.Used(now));

    /// <summary>Others spend.</summary>
    /// <param name="now">The present.</param>
    /// <param name="amount">How much.</param>
    /// <param name="room">What of the limit we have not used; what others spend beyond it is their own overspend.</param>
    public void Add(Moment now, long amount, long room)
    {
        _spent.Add(now, amount);
        var taken = Math.Clamp(room - Taken(now), 0, amount);
        _taken.Add(now, taken);
        Forget(now);
        _recent.Enqueue((now.Steady + Grace.Ticks, taken));
        _excusable += taken;
    }

    /// <summary>Excuses an arrival that could not know of what others took just before.</summary>
    /// <returns>How much of <paramref name="wanted"/> is excused; 0 if none is wanted.</returns>
    public long Excuse(Moment now, long wanted)
    {
        Forget(now);
        var excused = Math.Clamp(wanted, 0, _excusable);
        _excusable -= excused;
        _excused.Add(now, excused);
        return excused;
    }

    private void Forget(Moment now)
    {
        while (_recent.TryPeek(out var oldest) && oldest.Until <= now.Steady)
            _recent.Dequeue();
        _excusable = Math.Min(_excusable, _recent.Sum(use => use.Amount));
    }
}
