using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// No interval of the window's length may hold more than the amount. A charge counts until its latest moment plus the window. Settled
/// charges are kept by that latest moment, exactly as long as they are few; more than <see cref="Steps"/> are rounded up to a 120th of the window:
/// at most 0.84 % of the window is lost by it.
/// </summary>
public sealed class RollingBudget : Budget
{
    /// <summary>Into how many steps the window is divided for settled amounts.</summary>
    public const int Steps = 120;

    // Both ends of an interval belong to it, so a charge that is exactly one window old still counts.
    private static readonly TimeSpan Beyond = TimeSpan.FromMilliseconds(1);

    private readonly long _step;

    /// <summary>The rule for a definition of kind <see cref="BudgetKind.Rolling"/>.</summary>
    public RollingBudget(BudgetDefinition definition)
        : base(definition) => _step = Math.Max(1, (long)definition.Window.TotalMilliseconds / Steps);

    /// <inheritdoc/>
    public override long Spent(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset from, DateTimeOffset to)
    {
        var spent = 0L;
        for (var index = 0; index < settled.Count; index++)
        {
            spent += EndOf(settled[index]) > from ? settled[index].Amount : 0;
        }

        for (var index = 0; index < charges.Count; index++)
        {
            spent += EndOf(charges[index]) > from ? charges[index].Amount : 0;
        }

        return spent;
    }

    /// <inheritdoc/>
    public override DateTimeOffset FitsAt(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, long needed)
    {
        var excess = Spent(settled, charges, now, now + span) + needed - Definition.Amount;
        if (excess <= 0)
        {
            return now;
        }

        foreach (var (end, amount) in Ends(settled, charges, now).OrderBy(entry => entry.End))
        {
            excess -= amount;
            if (excess <= 0)
            {
                return end;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(needed), needed, "More than the whole budget never fits.");
    }

    /// <inheritdoc/>
    public override void AddReleases(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, List<BudgetRelease> releases)
    {
        for (var index = 0; index < settled.Count; index++)
        {
            AddEnd(EndOf(settled[index]), settled[index].Amount, now, releases);
        }

        for (var index = 0; index < charges.Count; index++)
        {
            AddEnd(EndOf(charges[index]), charges[index].Amount, now, releases);
        }

        releases.Sort(static (one, other) => one.After.CompareTo(other.After));
        var free = Definition.Amount - Spent(settled, charges, now, now + span);
        for (var index = 0; index < releases.Count; index++)
        {
            free += releases[index].Free;
            releases[index] = releases[index] with { Free = free };
        }
    }

    /// <inheritdoc/>
    public override DateTimeOffset? ResetsAt(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now) =>
        Ends(settled, charges, now).Min(entry => (DateTimeOffset?)entry.End);

    /// <inheritdoc/>
    public override void Settle(List<Bucket> settled, Charge charge, DateTimeOffset now)
    {
        if (charge.Amount == 0 || IsPast(charge, now))
        {
            return;
        }

        Add(settled, CeilingMilliseconds(charge.To), charge.Amount);
        if (settled.Count > Steps)
        {
            Coarsen(settled);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// It is compared step by step, because the silos' moments are not quite the authority's; theirs may be behind by two clock margins.
    /// </remarks>
    public override void Merge(List<Bucket> settled, IReadOnlyList<Bucket> reported, DateTimeOffset now)
    {
        var allowance = (long)(2 * ClockMargin).TotalMilliseconds;
        foreach (var step in reported.GroupBy(part => StepOf(part.At + allowance)))
        {
            var known = settled.Where(bucket => StepOf(bucket.At) == step.Key).Sum(bucket => bucket.Amount);
            var missing = step.Sum(part => part.Amount) - known;
            if (missing > 0)
            {
                Add(settled, step.Key, missing);
            }
        }

        Forget(settled, now);
        if (settled.Count > Steps)
        {
            Coarsen(settled);
        }
    }

    /// <inheritdoc/>
    public override bool IsPast(Charge charge, DateTimeOffset now) => EndOf(charge) <= now;

    /// <inheritdoc/>
    public override void Forget(List<Bucket> settled, DateTimeOffset now) => settled.RemoveAll(bucket => EndOf(bucket) <= now);

    /// <inheritdoc/>
    public override void Delay(List<Bucket> settled, TimeSpan by)
    {
        foreach (var bucket in settled)
        {
            bucket.At += (long)by.TotalMilliseconds;
        }
    }

    private static void AddEnd(DateTimeOffset end, long amount, DateTimeOffset now, List<BudgetRelease> releases)
    {
        if (amount > 0 && end > now)
        {
            releases.Add(new(end - now, amount));
        }
    }

    private static void Add(List<Bucket> settled, long at, long amount)
    {
        var index = settled.Count;
        while (index > 0 && settled[index - 1].At >= at)
        {
            index--;
        }

        if (index < settled.Count && settled[index].At == at)
        {
            settled[index].Amount += amount;
        }
        else
        {
            settled.Insert(index, new Bucket { At = at, Amount = amount });
        }
    }

    private void Coarsen(List<Bucket> settled)
    {
        for (var index = settled.Count - 1; index >= 0; index--)
        {
            var bucket = settled[index];
            bucket.At = StepOf(bucket.At);
            if (index + 1 < settled.Count && settled[index + 1].At == bucket.At)
            {
                bucket.Amount += settled[index + 1].Amount;
                settled.RemoveAt(index + 1);
            }
        }
    }

    private long StepOf(long at) => (at + _step - 1) / _step * _step;

    private IEnumerable<(DateTimeOffset End, long Amount)> Ends(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now) =>
        settled.Select(bucket => (End: EndOf(bucket), bucket.Amount))
            .Concat(charges.Select(charge => (End: EndOf(charge), charge.Amount)))
            .Where(entry => entry.Amount > 0 && entry.End > now);

    private DateTimeOffset EndOf(Charge charge) => charge.To + Definition.Window + Beyond;

    private DateTimeOffset EndOf(Bucket bucket) => DateTimeOffset.FromUnixTimeMilliseconds(bucket.At) + Definition.Window + Beyond;

    private static long CeilingMilliseconds(DateTimeOffset time)
    {
        var floor = time.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(floor) < time ? floor + 1 : floor;
    }
}
