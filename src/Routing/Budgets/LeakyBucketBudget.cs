using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// A level that drains continuously, amount/window, and may not pass the amount (wire.md 3.2). A charge stands in the level undrained
/// until its latest moment, because the provider may not have received it before; from there on it drains.
/// </summary>
/// <remarks>
/// The level is the largest value, over all earlier moments s, of what was charged since s less what drains since s. Charges that arrive
/// later make none of these smaller, so the latest moments are the worst case; and because no charge begins after the moment asked for,
/// the worst level only falls from there. All settled charges together are one <see cref="Bucket"/>, see <see cref="DrainingLevel"/>.
/// </remarks>
public sealed class LeakyBucketBudget : Budget
{
    /// <summary>
    /// How often the amount a level can be, use above leases included: 2. What a provider says of one answer must not close a quota for
    /// years: here nothing is forgotten when a window has passed.
    /// </summary>
    public const int MostLevels = 2;

    private const int Squared = ReleaseSteps.Most * ReleaseSteps.Most;

    private readonly List<Charge> _waiting = [];

    /// <summary>The rule for a definition of kind <see cref="BudgetKind.LeakyBucket"/>.</summary>
    public LeakyBucketBudget(BudgetDefinition definition)
        : base(definition)
    {
    }

    /// <inheritdoc/>
    public override long Spent(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset from, DateTimeOffset to)
    {
        var (draining, waiting) = Split(settled, charges, from);
        return draining.At(from.UtcTicks) + SumOf(waiting);
    }

    /// <inheritdoc/>
    public override DateTimeOffset FitsAt(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, long needed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, Definition.Amount);
        var (draining, waiting) = Split(settled, charges, now);
        var room = Definition.Amount - needed - SumOf(waiting);
        foreach (var charge in waiting)
        {
            var latest = charge.To.UtcTicks;
            if (room >= 0 && draining.FallsTo(room) <= latest)
            {
                break;
            }

            draining = draining.Add(charge.Amount, latest, latest);
            room += charge.Amount;
        }

        return new(Math.Max(now.UtcTicks, draining.FallsTo(room)), TimeSpan.Zero);
    }

    /// <inheritdoc/>
    /// <remarks>It comes back unit by unit; these are some of the moments, closer together at first.</remarks>
    public override void AddReleases(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, List<BudgetRelease> releases)
    {
        var free = Math.Max(0, Definition.Amount - Spent(settled, charges, now, now + span));
        var missing = Definition.Amount - free;
        var last = 0L;
        for (var step = 1; step <= ReleaseSteps.Most; step++)
        {
            var more = (long)(((Int128)missing * step * step + Squared - 1) / Squared);
            if (more > last)
            {
                last = more;
                releases.Add(new(FitsAt(settled, charges, now, span, free + more) - now, free + more));
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Something comes back at every moment, so this is when all of it is back, as in Groq's own headers (wire.md 3.1).</remarks>
    public override DateTimeOffset? ResetsAt(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now) =>
        Spent(settled, charges, now, now) == 0 ? null : FitsAt(settled, charges, now, TimeSpan.Zero, Definition.Amount);

    /// <inheritdoc/>
    public override void Settle(List<Bucket> settled, Charge charge, DateTimeOffset now)
    {
        if (charge.Amount == 0)
        {
            return;
        }

        var level = LevelOf(settled).Add(charge.Amount, charge.To.UtcTicks, now.UtcTicks);
        Store(settled, level.Limit(MostLevels * Definition.Amount, now.UtcTicks));
    }

    /// <inheritdoc/>
    public override bool IsPast(Charge charge, DateTimeOffset now) => charge.To + Definition.Window <= now;

    /// <inheritdoc/>
    /// <remarks>
    /// The moment at which the bucket was empty is kept, however long ago: it may be later than the use of a lease that is not settled yet.
    /// </remarks>
    public override void Forget(List<Bucket> settled, DateTimeOffset now) => Store(settled, LevelOf(settled).Forget(now.UtcTicks));

    /// <inheritdoc/>
    public override void Delay(List<Bucket> settled, TimeSpan by) => settled.ForEach(bucket => bucket.At += (long)by.TotalMilliseconds);

    /// <inheritdoc/>
    public override long DrainsIn(TimeSpan time) =>
        (long)((((Int128)time.Ticks * Definition.Amount) + Definition.Window.Ticks - 1) / Definition.Window.Ticks);

    // The level of what surely drains at a moment, and what may not have been received before it.
    private (DrainingLevel Draining, List<Charge> Waiting) Split(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset moment)
    {
        var draining = LevelOf(settled);
        _waiting.Clear();
        for (var index = 0; index < charges.Count; index++)
        {
            if (charges[index].Amount > 0)
            {
                _waiting.Add(charges[index]);
            }
        }

        _waiting.Sort(static (one, other) => one.To.CompareTo(other.To));
        var past = 0;
        for (; past < _waiting.Count && _waiting[past].To < moment; past++)
        {
            var at = _waiting[past].To.UtcTicks;
            draining = draining.Add(_waiting[past].Amount, at, at);
        }

        _waiting.RemoveRange(0, past);
        return (draining, _waiting);
    }

    private static long SumOf(List<Charge> charges)
    {
        var sum = 0L;
        foreach (var charge in charges)
        {
            sum += charge.Amount;
        }

        return sum;
    }

    /// <summary>Begins with what was charged under another limit, at most full.</summary>
    /// <param name="settled">Settled amounts; replaced.</param>
    /// <param name="charges">What was charged, in the order of time.</param>
    /// <param name="now">The present.</param>
    internal void BeginWith(List<Bucket> settled, IEnumerable<Charge> charges, DateTimeOffset now)
    {
        var level = new DrainingLevel(Definition, 0, 0);
        foreach (var charge in charges)
        {
            level = level.Add(charge.Amount, charge.To.UtcTicks, charge.To.UtcTicks);
        }

        Store(settled, level.Under(Definition, now.UtcTicks));
    }

    /// <summary>Begins with the level of a bucket that drained as fast as its own amount says.</summary>
    internal void BeginWith(List<Bucket> settled, BudgetDefinition other, IReadOnlyList<Bucket> level, DateTimeOffset now) =>
        Store(settled, LevelOf(other, level).Under(Definition, now.UtcTicks));

    /// <summary>What a rolling window as long as the bucket's may hold at most, to judge by the bucket alone.</summary>
    internal long MostInWindow(IReadOnlyList<Bucket> settled, DateTimeOffset now)
    {
        var level = LevelOf(settled);
        var start = (now - Definition.Window).UtcTicks;
        var drainedUntil = Math.Min(level.FallsTo(0), now.UtcTicks);
        var drained = drainedUntil <= start ? 0 : (long)((Int128)(drainedUntil - start) * Definition.Amount / Definition.Window.Ticks) + 1;
        return level.At(now.UtcTicks) + (level.Amount > 0 ? drained : 0);
    }

    /// <inheritdoc/>
    public override void Merge(List<Bucket> settled, IReadOnlyList<Bucket> reported, DateTimeOffset now)
    {
        var allowance = (long)(2 * ClockMargin).TotalMilliseconds;
        List<Bucket> theirs = [];
        BeginWith(theirs, reported.Select(part => ChargeAt(part.At + allowance, part.Amount)), now);
        if (LevelOf(theirs).FallsTo(0) > LevelOf(settled).FallsTo(0))
        {
            Store(settled, LevelOf(theirs));
        }
    }

    private DrainingLevel LevelOf(IReadOnlyList<Bucket> settled) => LevelOf(Definition, settled);

    private static DrainingLevel LevelOf(BudgetDefinition limit, IReadOnlyList<Bucket> settled) => settled is [var bucket]
        ? new(limit, DateTimeOffset.FromUnixTimeMilliseconds(bucket.At).UtcTicks, bucket.Amount)
        : new(limit, 0, 0);

    private static Charge ChargeAt(long milliseconds, long amount)
    {
        var moment = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return new(moment, moment, amount);
    }

    private static void Store(List<Bucket> settled, DrainingLevel level)
    {
        settled.Clear();
        if (level.Amount > 0)
        {
            settled.Add(new Bucket { At = level.SinceMilliseconds, Amount = level.Amount });
        }
    }
}
