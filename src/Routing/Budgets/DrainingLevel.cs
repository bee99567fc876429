using System.Numerics;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// The level of a leaky bucket as a straight line: <see cref="Amount"/> until <see cref="Since"/>, from there on less by the limit's
/// amount per window, never below zero.
/// </summary>
/// <remarks>
/// While the bucket is not empty, a new charge only lifts the line, so whole units and one moment say the level exactly, fractions of a
/// unit included: nothing drifts. In whatever order charges are added, the line is not below the level of the same charges in the order
/// of time: with F for the moment at which the bucket is empty, each charge makes it max(F, its moment) + its draining time or later.
/// </remarks>
internal readonly record struct DrainingLevel
{
    private readonly BudgetDefinition _limit;

    public DrainingLevel(BudgetDefinition limit, long since, long amount) => (_limit, Since, Amount) = (limit, since, amount);

    /// <summary>From when it drains, in ticks of UTC.</summary>
    public long Since { get; }

    /// <summary>The level at that moment, in units of the limit's metric.</summary>
    public long Amount { get; }

    /// <summary><see cref="Since"/> in milliseconds since 1970, rounded up.</summary>
    public long SinceMilliseconds => (Since - DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;

    /// <summary>The level at a moment, rounded up to whole units.</summary>
    public long At(long moment) => Amount - Drained(moment);

    /// <summary>The first tick at which the level is not above <paramref name="level"/>.</summary>
    public long FallsTo(long level)
    {
        var draining = (((Int128)(Amount - level) * _limit.Window.Ticks) + _limit.Amount - 1) / _limit.Amount;
        return Amount <= level ? 0 : (long)Int128.Min(Since + draining, DateTime.MaxValue.Ticks);
    }

    /// <summary>The line with one more charge. It is right for all moments from <paramref name="now"/> on.</summary>
    public DrainingLevel Add(long amount, long moment, long now)
    {
        var empty = FallsTo(0);
        if (empty <= now)
        {
            return new(_limit, Math.Max(moment, empty), amount);
        }

        // A charge that drains only after the bucket may be empty holds up the whole line; a tick more is for what rounding took.
        return new(_limit, Since + (moment > empty ? moment - empty + 1 : 0), Amount + amount);
    }

    /// <summary>The same line from <paramref name="now"/> on, without what has drained before in whole units and milliseconds.</summary>
    public DrainingLevel Forget(long now)
    {
        if (FallsTo(0) <= now)
        {
            return this;
        }

        var perMillisecond = _limit.Amount * TimeSpan.TicksPerMillisecond;
        var step = perMillisecond / (long)BigInteger.GreatestCommonDivisor(perMillisecond, _limit.Window.Ticks);
        var drained = Drained(now) / step * step;
        return new(_limit, Since + (long)((Int128)drained * _limit.Window.Ticks / _limit.Amount), Amount - drained);
    }

    /// <summary>The same line, not above <paramref name="level"/> from <paramref name="now"/> on.</summary>
    public DrainingLevel Limit(long level, long now) => At(now) <= level ? this : new(_limit, now, level);

    /// <summary>What is left at <paramref name="now"/>, draining from there on as another limit says; at most that limit's amount.</summary>
    public DrainingLevel Under(BudgetDefinition limit, long now)
    {
        var since = Math.Max(Since, now);
        return new(limit, since, Math.Min(At(since), limit.Amount));
    }

    private long Drained(long moment) =>
        moment <= Since ? 0 : (long)Int128.Min(Amount, (Int128)(moment - Since) * _limit.Amount / _limit.Window.Ticks);
}
