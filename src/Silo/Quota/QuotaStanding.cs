using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>Where a quota stands, as far as this silo knows.</summary>
/// <param name="Snapshot">What the authority said last. It counts what this silo holds as gone.</param>
/// <param name="InHand">What this silo may still reserve without asking; add it to what the snapshot says is left.</param>
/// <param name="Age">How long ago the authority said so.</param>
public readonly record struct QuotaStanding(QuotaSnapshot Snapshot, QuotaAmounts InHand, TimeSpan Age)
{
    /// <summary>
    /// Where it stands for who asks here and now: with what this silo may still reserve, and resets counted from now. What was gone when the authority
    /// spoke is back after a whole window.
    /// </summary>
    public QuotaSnapshot Here()
    {
        var (inHand, age) = (InHand, Age);
        return Snapshot with
        {
            Budgets =
            [
                .. Snapshot.Budgets.Select(budget => budget with
                {
                    Remaining = age >= budget.Definition.Window
                        ? budget.Definition.Amount
                        : Math.Min(budget.Definition.Amount, budget.Remaining + inHand.Of(budget.Definition.Metric)),
                    ResetsIn = budget.ResetsIn > age ? budget.ResetsIn - age : TimeSpan.Zero,
                }),
            ],
        };
    }
}
