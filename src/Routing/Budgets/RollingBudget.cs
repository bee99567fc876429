using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// No interval of the window's length may hold more than the amount. A charge counts until its latest moment plus the window. Settled
/// charges are kept by that latest moment, rounded up to a 120th of the window: at most 0.84 % of the window is lost by it.
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
        foreach (var bucket in settled)
        {
            spent += EndOf(bucket) > from ? bucket.Amount : 0;
        }

        foreach (var charge in charges)
        {
            spent += EndOf(charge) > from ? charge.Amount : 0;
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
    public override DateTimeOffset? ResetsAt(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now) =>
        Ends(settled, charges, now).Min(entry => (DateTimeOffset?)entry.End);

    /// <inheritdoc/>
    public override void Settle(List<Bucket> settled, Charge charge, DateTimeOffset now)
    {
        if (charge.Amount == 0 || IsPast(charge, now))
        {
            return;
        }

        var latest = CeilingMilliseconds(charge.To);
        var index = settled.FindIndex(bucket => bucket.At >= latest);
        if (index >= 0 && settled[index].At < latest + _step)
        {
            settled[index].Amount += charge.Amount;
            return;
        }

        var at = (latest + _step - 1) / _step * _step;
        settled.Insert(index < 0 ? settled.Count : index, new Bucket { At = at, Amount = charge.Amount });
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
