using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Budgets;

/// <summary>
/// Requests under way at one moment. A charge counts until its latest moment, which lies a window after the silo was last heard; nothing is settled,
/// because what has ended holds no place.
/// </summary>
public sealed class ConcurrentBudget : Budget
{
    /// <summary>The rule for a definition of <see cref="BudgetMetric.ConcurrentRequests"/>.</summary>
    public ConcurrentBudget(BudgetDefinition definition)
        : base(definition)
    {
    }

    /// <inheritdoc/>
    public override long Spent(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset from, DateTimeOffset to)
    {
        var spent = 0L;
        for (var index = 0; index < charges.Count; index++)
        {
            spent += charges[index].To > from ? charges[index].Amount : 0;
        }

        return spent;
    }

    /// <inheritdoc/>
    public override DateTimeOffset FitsAt(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, long needed)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(needed, Definition.Amount);
        var at = now;
        foreach (var charge in charges.OrderBy(charge => charge.To))
        {
            if (Spent(settled, charges, at, at) + needed <= Definition.Amount)
            {
                break;
            }

            at = charge.To > at ? charge.To : at;
        }

        return at;
    }

    /// <inheritdoc/>
    public override void AddReleases(
        IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now, TimeSpan span, List<BudgetRelease> releases)
    {
        foreach (var charge in charges.OrderBy(charge => charge.To))
        {
            if (charge.To > now && charge.Amount > 0)
            {
                releases.Add(new(charge.To - now, Definition.Amount - Spent(settled, charges, charge.To, charge.To)));
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>A place is free as soon as its request ends, and nobody knows when.</remarks>
    public override DateTimeOffset? ResetsAt(IReadOnlyList<Bucket> settled, IReadOnlyList<Charge> charges, DateTimeOffset now) => null;

    /// <inheritdoc/>
    public override void Settle(List<Bucket> settled, Charge charge, DateTimeOffset now)
    {
    }

    /// <inheritdoc/>
    public override bool IsPast(Charge charge, DateTimeOffset now) => charge.Amount == 0 || charge.To <= now;

    /// <inheritdoc/>
    public override void Forget(List<Bucket> settled, DateTimeOffset now)
    {
    }

    /// <inheritdoc/>
    public override void Delay(List<Bucket> settled, TimeSpan by)
    {
    }

    /// <inheritdoc/>
    public override void Merge(List<Bucket> settled, IReadOnlyList<Bucket> reported, DateTimeOffset now)
    {
    }
}
