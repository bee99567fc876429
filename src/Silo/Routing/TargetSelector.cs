using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Routing.Shares;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Routing;

/// <summary>
/// Picks the target of a request: by credit of its share, among those that are healthy and whose quota gives a lease; waits for headroom as long as
/// the caller's patience allows.
/// </summary>
public sealed class TargetSelector(
    LeaseBook leases, TargetHealth health, RouteAdvice advice, PromptScales scales, Catalog catalog, WaitingRoom room, TimeProvider time)
{
    // Owned by whoever holds _creditGate.
    private readonly ShareCredits _credits = new(catalog.Targets.Select(target => target.Share).ToArray());
    private readonly Lock _creditGate = new();
    private readonly FrozenDictionary<string, int> _indexes =
        catalog.Targets.Select((target, index) => KeyValuePair.Create(target.Id, index)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Picks and reserves.</summary>
    /// <param name="request">The caller's request.</param>
    /// <param name="plan">What may still be tried.</param>
    /// <param name="patience">How long the request may wait in all for headroom.</param>
    /// <param name="waited">How long it has waited already.</param>
    /// <param name="cancel">The caller left.</param>
    internal async ValueTask<(Selection Selection, TimeSpan Waited)> SelectAsync(
        ModelRequest request, RoutePlan plan, TimeSpan patience, TimeSpan waited, CancellationToken cancel)
    {
        while (true)
        {
            var round = new Round(request, plan, anyway: false);
            var selection = await TryTiersAsync(round, cancel);
            waited += round.Waited;
            if (selection is null && !round.SomeHealthy)
            {
                // Nobody else is left: one that may fail is better than none.
                round = new Round(request, plan, anyway: true);
                selection = await TryTiersAsync(round, cancel);
                waited += round.Waited;
            }

            if (selection is { } found)
            {
                return (found, waited);
            }

            var pause = round.Refusals.Earliest is { } earliest ? WaitingRoom.PauseOf(earliest) : TimeSpan.MaxValue;
            var begun = time.GetTimestamp();
            if (pause > patience - waited || !await room.WaitAsync(pause, cancel))
            {
                return (new Selection(null, null, round.Refusals.ToError(time.GetUtcNow()), round.Refusals.IsEmpty), waited);
            }

            waited += time.GetElapsedTime(begun);
        }
    }

    private async ValueTask<Selection?> TryTiersAsync(Round round, CancellationToken cancel)
    {
        foreach (var tier in round.Plan.Tiers)
        {
            if (await TryTierAsync(tier, round, cancel) is { } selection)
            {
                return selection;
            }
        }

        return null;
    }

    private async ValueTask<Selection?> TryTierAsync(ImmutableArray<TargetDefinition> tier, Round round, CancellationToken cancel)
    {
        var order = ArrayPool<int>.Shared.Rent(tier.Length);
        try
        {
            OrderByCredit(tier, order.AsSpan(0, tier.Length));
            for (var place = 0; place < tier.Length; place++)
            {
                var target = catalog.Targets[order[place]];
                if (MayTryNow(target, round) && await TryChargedAsync(order.AsMemory(0, tier.Length), place, round, cancel) is { } reservation)
                {
                    return new Selection(target, reservation, null);
                }
            }

            return null;
        }
        finally
        {
            ArrayPool<int>.Shared.Return(order);
        }
    }

    private void OrderByCredit(ImmutableArray<TargetDefinition> tier, Span<int> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = _indexes[tier[i].Id];
        }

        lock (_creditGate)
        {
            _credits.Order(order, new double[order.Length]);
        }
    }

    /// <summary>
    /// Reserves with the target charged meanwhile: all who come while a lease is on its way would choose the same target otherwise.
    /// </summary>
    private async ValueTask<Reservation?> TryChargedAsync(ReadOnlyMemory<int> order, int place, Round round, CancellationToken cancel)
    {
        var target = catalog.Targets[order.Span[place]];
        bool wasOwed;
        lock (_creditGate)
        {
            wasOwed = _credits.Charge(order.Span, place);
        }

        Reservation? reservation = null;
        try
        {
            return reservation = await TryReserveAsync(target, round, cancel);
        }
        finally
        {
            // Also when the caller left: neither the charge nor a probe may stay with a request that is not sent.
            if (reservation is null && !round.Anyway)
            {
                health.Leave(target);
            }

            lock (_creditGate)
            {
                if (reservation is null)
                {
                    _credits.Refund(order.Span, place, wasOwed);
                }
                else
                {
                    _credits.Owe(order.Span, place);
                }
            }
        }
    }

    private bool MayTryNow(TargetDefinition target, Round round)
    {
        if (!round.Plan.MayTry(target) || health.IsDisabled(target))
        {
            return false;
        }

        if (round.Plan.RestOf(target, time.GetUtcNow()) is var rest && rest > TimeSpan.Zero)
        {
            round.SomeHealthy = true;
            round.Refusals.AddResting(rest);
            return false;
        }

        if (round.Anyway)
        {
            return true;
        }

        var closedFor = advice.ClosedFor(target);
        if (closedFor > TimeSpan.Zero || !health.TryEnter(target, out closedFor))
        {
            round.Refusals.AddResting(closedFor);
            return false;
        }

        return round.SomeHealthy = true;
    }

    private async ValueTask<Reservation?> TryReserveAsync(TargetDefinition target, Round round, CancellationToken cancel)
    {
        var amounts = RequestAmounts.Reserved(round.Request, target, scales.Of(target));
        var outcome = await leases.ReserveAsync(target.QuotaKey, amounts, cancel);
        round.Waited += outcome.Waited;
        if (outcome.Reservation is null)
        {
            round.Refusals.Add(outcome.Refusal, outcome.RetryAfter, outcome.DayExhausted);
        }

        return outcome.Reservation;
    }

    /// <summary>One pass over all candidates; with <paramref name="anyway"/> also over those that are closed or broken.</summary>
    private sealed class Round(ModelRequest request, RoutePlan plan, bool anyway)
    {
        public ModelRequest Request => request;

        public RoutePlan Plan => plan;

        public bool Anyway => anyway;

        public Refusals Refusals { get; } = new();

        /// <summary>A candidate is neither closed nor broken, whether or not it has headroom now.</summary>
        public bool SomeHealthy { get; set; }

        /// <summary>How long the request stood in line for leases.</summary>
        public TimeSpan Waited { get; set; }
    }
}
