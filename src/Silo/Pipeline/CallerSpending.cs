using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Pipeline;

/// <summary>
/// What one request holds of its caller's limits, and what its attempts made of it; settled when it is disposed. Used by one request at a time.
/// </summary>
/// <remarks>
/// A request counts once, however many targets it took. Where nothing was sent all is given back. Failed attempts cost what their providers reported, and
/// nothing otherwise; what the caller got or left in its midst, and nobody counted, costs all that was reserved.
/// </remarks>
/// <param name="reservation">What is held, or null where nothing limits the caller.</param>
internal sealed class CallerSpending(Reservation? reservation) : IDisposable
{
    private QuotaAmounts _spent;
    private bool _unknown;

    /// <summary>An attempt begins: until its outcome is known all may be spent.</summary>
    public void Begin() => _unknown = true;

    /// <summary>An attempt ended.</summary>
    public void End(AttemptOutcome outcome, TargetDefinition target)
    {
        var cost = outcome.Usage is null ? null : RequestAmounts.Spent(outcome, target);
        _unknown = cost is null && outcome.Result is not (AttemptResult.Failed or AttemptResult.NeverSent);
        if (outcome.Result is not AttemptResult.NeverSent)
        {
            _spent = (_spent + (cost ?? QuotaAmounts.Zero)) with { Requests = 1, Concurrent = 0 };
        }
    }

    public void Dispose()
    {
        if (_unknown)
        {
            reservation?.SettleUnknown();
        }
        else
        {
            reservation?.Settle(_spent);
        }
    }
}
