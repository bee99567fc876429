using System.Globalization;
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

    /// <summary>The rule for a definition of kind <see cref="BudgetKind.LeakyBucket"/>.</summary>
    public LeakyBucketBudget(BudgetDefinition definition)
        : base(definition)
    {
    }

    /// <summary>
    /// Lets what was spent still count after limits were changed: one that has no level yet begins with the fullest of those stored for
    /// other amounts or as a rolling window of its length, but at most full. Those that are no limits any more are dropped, because
    /// nothing keeps them up to date.
    /// </summary>
    /// <param name="settled">The stored buckets by <see cref="Budget.StateKey"/>.</param>
    /// <param name="budgets">The limits that there are now.</param>
    /// <param name="now">The present.</param>
    public static void Inherit(Dictionary<string, List<Bucket>> settled, IReadOnlyCollection<Budget> budgets, DateTimeOffset now)
    {
        var leaky = budgets.OfType<LeakyBucketBudget>().ToList();
        var begun = leaky.Where(budget => !settled.ContainsKey(budget.StateKey)).DistinctBy(budget => budget.StateKey)
            .Select(budget => (budget.StateKey, Level: budget.FullestOf(settled, now)))
            .ToList();
        var gone = settled.Keys.Where(key => leaky.Exists(budget => budget.IsLike(key)) && budgets.All(budget => budget.StateKey != key));
        foreach (var key in gone.ToList())
        {
            settled.Remove(key);
        }

        begun.ForEach(begin => Store(settled[begin.StateKey] = [], begin.Level));
    }

    /// <inheritdoc/>
    public override long Spent(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset from, DateTimeOffset to)
    {
        var (draining, waiting) = Split(settled, charges, from);
        return draining.At(from.UtcTicks) + waiting.Sum(charge => charge.Amount);
    }

    /// <inheritdoc/>
    public override DateTimeOffset FitsAt(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, long needed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, Definition.Amount);
        var (draining, waiting) = Split(settled, charges, now);
        var room = Definition.Amount - needed - waiting.Sum(charge => charge.Amount);
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

    // The level of what surely drains at a moment, and what may not have been received before it.
    private (DrainingLevel Draining, List<Charge> Waiting) Split(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset moment)
    {
        var (draining, waiting) = (LevelOf(settled), new List<Charge>());
        foreach (var charge in charges.Where(charge => charge.Amount > 0).OrderBy(charge => charge.To))
        {
            if (charge.To < moment)
            {
                draining = draining.Add(charge.Amount, charge.To.UtcTicks, charge.To.UtcTicks);
            }
            else
            {
                waiting.Add(charge);
            }
        }

        return (draining, waiting);
    }

    // Whether a key is that of a rolling window of the same length, or of a limit that differs in nothing but the amount.
    private bool IsLike(string key) => key == KeyOf(Definition with { Kind = BudgetKind.Rolling }) || IsLeakyLike(key);

    private bool IsLeakyLike(string key) => key.StartsWith(StateKey[..(StateKey.LastIndexOf('/') + 1)], StringComparison.Ordinal);

    private DrainingLevel FullestOf(Dictionary<string, List<Bucket>> settled, DateTimeOffset now) => settled
        .Where(pair => IsLike(pair.Key))
        .Select(pair => IsLeakyLike(pair.Key) ? LevelOfOther(pair.Key, pair.Value) : LevelOfWindow(pair.Value))
        .Select(level => level.Under(Definition, now.UtcTicks))
        .OrderByDescending(level => level.FallsTo(0))
        .FirstOrDefault(new DrainingLevel(Definition, 0, 0));

    // It drained as fast as its own amount says; under another the same line would be lower than what it stood for.
    private DrainingLevel LevelOfOther(string key, List<Bucket> settled)
    {
        var amount = long.Parse(key.AsSpan(key.LastIndexOf('/') + 1), CultureInfo.InvariantCulture);
        return LevelOf(Definition with { Amount = amount }, settled);
    }

    private DrainingLevel LevelOfWindow(List<Bucket> settled)
    {
        var level = new DrainingLevel(Definition, 0, 0);
        foreach (var bucket in settled)
        {
            var moment = DateTimeOffset.FromUnixTimeMilliseconds(bucket.At).UtcTicks;
            level = level.Add(bucket.Amount, moment, moment);
        }

        return level;
    }

    private DrainingLevel LevelOf(IReadOnlyList<Bucket> settled) => LevelOf(Definition, settled);

    private static DrainingLevel LevelOf(BudgetDefinition limit, IReadOnlyList<Bucket> settled) => settled is [var bucket]
        ? new(limit, DateTimeOffset.FromUnixTimeMilliseconds(bucket.At).UtcTicks, bucket.Amount)
        : new(limit, 0, 0);

    private static void Store(List<Bucket> settled, DrainingLevel level)
    {
        settled.Clear();
        if (level.Amount > 0)
        {
            settled.Add(new Bucket { At = level.SinceMilliseconds, Amount = level.Amount });
        }
    }
}
