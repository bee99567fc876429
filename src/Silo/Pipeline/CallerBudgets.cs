using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Pipeline;

/// <summary>What a caller's limits said to a request.</summary>
/// <param name="Spending">What the request holds of them; to be disposed. Null when it is refused.</param>
/// <param name="Error">Why it is refused, or null.</param>
/// <param name="Waited">How long it waited.</param>
internal readonly record struct Admission(CallerSpending? Spending, ApiError? Error, TimeSpan Waited);

/// <summary>Takes what a request may need at most from the limits of its caller, once, before any target is tried.</summary>
internal sealed class CallerBudgets(LeaseBook leases, PromptScales scales, Catalog catalog, WaitingRoom room, TimeProvider time)
{
    /// <summary>Reserves. A caller's own limits refuse at once, unless it asked to wait.</summary>
    /// <param name="request">The request.</param>
    /// <param name="tiers">Where it may go.</param>
    /// <param name="patience">How long it may wait.</param>
    /// <param name="cancel">The caller left.</param>
    public async ValueTask<Admission> ReserveAsync(
        ModelRequest request, ImmutableArray<ImmutableArray<TargetDefinition>> tiers, Patience patience, CancellationToken cancel)
    {
        var waited = TimeSpan.Zero;
        while (LimitsOf(request.Caller) is { } limits)
        {
            var amounts = BoundOf(request, tiers);
            var outcome = await leases.ReserveAsync(limits.Key, amounts, cancel);
            waited += outcome.Waited;
            if (outcome.Reservation is { } reservation)
            {
                // A caller's requests are counted at our own door: there is no way on which one could be lost.
                reservation.MarkReceived();
                return new(new(reservation, amounts), null, waited);
            }

            if (outcome.Refusal is LeaseRefusal.Unknown)
            {
                // The authority has no limits for this caller (any more): another silo has read the settings before or after this one.
                break;
            }

            var pause = outcome.Refusal is LeaseRefusal.TooLarge ? TimeSpan.MaxValue : WaitingRoom.PauseOf(outcome.RetryAfter);
            var begun = time.GetTimestamp();
            if (pause > patience.ForOwnLimits - waited || !await room.WaitAsync(patience.Priority, pause, cancel))
            {
                return new(null, CallerRefusal.ToError(outcome, amounts, limits, leases.StandingOf(limits.Key)?.Here(), time.GetUtcNow()), waited);
            }

            waited += time.GetElapsedTime(begun);
        }

        return new(new(null, QuotaAmounts.Zero), null, waited);
    }

    // Whom no gateway has named, nothing limits: possible in Development only.
    private QuotaDefinition? LimitsOf(string caller) => caller.Length == 0 ? null : catalog.Quotas.Find(CallerLimits.QuotaKeyOf(caller));

    /// <summary>The most that the request may spend at any of its candidates, metric by metric.</summary>
    private QuotaAmounts BoundOf(ModelRequest request, ImmutableArray<ImmutableArray<TargetDefinition>> tiers)
    {
        var most = QuotaAmounts.Zero;
        foreach (var tier in tiers)
        {
            foreach (var target in tier)
            {
                most = QuotaAmounts.Max(most, RequestAmounts.Reserved(request, target, scales.Of(target)));
            }
        }

        return most;
    }
}
