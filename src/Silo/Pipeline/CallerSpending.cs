using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Pipeline;

/// <summary>
/// What one request holds of its caller's limits, and what its attempts made of it; settled when it is disposed. Used by one request at a time.
/// </summary>
/// <remarks>
/// A request counts once, however many targets it took. Where nothing was sent to any provider all is given back. Failed attempts cost what their
/// providers reported, and nothing otherwise; what the caller got or left in its midst, and nobody counted, costs all that was reserved.
/// </remarks>
/// <param name="reservation">What is held, or null where nothing limits the caller.</param>
/// <param name="reserved">Its amounts: the most that one attempt may cost.</param>
internal sealed class CallerSpending(Reservation? reservation, QuotaAmounts reserved) : IDisposable
{
    private QuotaAmounts _spent;

    /// <summary>An attempt ended.</summary>
    public void Add(AttemptOutcome outcome, TargetDefinition target)
    {
        if (!outcome.Unsent)
        {
            _spent = (_spent + CostOf(outcome, target)) with { Requests = 1 };
        }
    }

    public void Dispose() => reservation?.Settle(_spent);

    private QuotaAmounts CostOf(AttemptOutcome outcome, TargetDefinition target) =>
        outcome.Usage is not null && RequestAmounts.Spent(outcome, target) is { } cost ? cost
        : outcome.Result is AttemptResult.Failed ? QuotaAmounts.Zero
        : reserved;
}
