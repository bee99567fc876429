using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Routing.Waiting;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Tokens;

namespace ThotNet.Silo.Routing;

/// <summary>
/// Picks the target of a request: by credit of its share and by price, among those that are healthy and whose quota gives a lease; waits for headroom as
/// long as the caller's patience allows.
/// </summary>
public sealed class TargetSelector(
    LeaseBook leases, TargetHealth health, RouteAdvice advice, PromptScales scales, Catalog catalog, WaitingRoom room, TimeProvider time)
{
    /// <summary>
    /// How long before its deadline a request takes any target: a tenth of its patience. Of the default that is the second in which the authority of a
    /// quota is asked once, so that the call can still end with a lease.
    /// </summary>
    private const double LastCallPart = 0.1;

    private static readonly TimeSpan ShortestLastCall = TimeSpan.FromMilliseconds(250);

    private readonly TargetShares _shares = new(catalog);
    private readonly FrozenDictionary<string, int> _indexes =
        catalog.Targets.Select((target, index) => KeyValuePair.Create(target.Id, index)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Picks and reserves.</summary>
    /// <param name="request">The caller's request.</param>
    /// <param name="plan">What may still be tried.</param>
    /// <param name="patience">How the request may wait for headroom.</param>
    /// <param name="waited">How long it has waited already.</param>
    /// <param name="cancel">The caller left.</param>
    internal async ValueTask<(Selection Selection, TimeSpan Waited)> SelectAsync(
        ModelRequest request, RoutePlan plan, Patience patience, TimeSpan waited, CancellationToken cancel)
    {
        using var pick = new Pick(request, plan, patience, waited, advice.View);
        var selection = await TryTiersAsync(pick, cancel);
        if (selection is null && !pick.SomeHealthy)
        {
            // Nobody else is left: one that may fail is better than none.
            pick.TryAnyway();
            selection = await TryTiersAsync(pick, cancel);
        }

        selection ??= await WaitAsync(pick, cancel) ?? await TryDearAsync(pick, cancel);
        if (selection is null)
        {
            Expect(pick);
            selection = pick.Refuse(time.GetUtcNow());
        }

        return (selection.Value, pick.Waited);
    }

    /// <summary>The target answered completely; if it was held back, those who wait for it need not any more.</summary>
    internal void Succeeded(TargetDefinition target)
    {
        if (health.Succeeded(target))
        {
            room.Refresh(target.QuotaKey);
        }
    }

    private async ValueTask<Selection?> TryTiersAsync(Pick pick, CancellationToken cancel)
    {
        for (var tier = 0; tier < pick.Plan.Tiers.Length; tier++)
        {
            var start = pick.Count;
            Arrange(pick, pick.Plan.Tiers[tier], mayBeTooDear: tier == pick.Plan.Tiers.Length - 1);
            if (await TryTierAsync(pick, start, cancel) is { } selection)
            {
                return selection;
            }
        }

        return null;
    }

    private async ValueTask<Selection?> TryTierAsync(Pick pick, int start, CancellationToken cancel)
    {
        for (var place = start; place < pick.Count; place++)
        {
            if (pick[place].IsTooDear && IsOtherExpected(pick, start, place))
            {
                for (; place < pick.Count; place++)
                {
                    Look(pick, place);
                }

                return null;
            }

            pick[place].IsTooDear = false;
            if (MayTryNow(pick, place, isPreferred: true) && await TryChargedAsync(pick, start, pick.Count, place, cancel) is { } selection)
            {
                return selection;
            }
        }

        return null;
    }

    /// <summary>Adds a tier's targets in the order in which they should be tried, with those that are too dear at its end.</summary>
    private void Arrange(Pick pick, ImmutableArray<TargetDefinition> tier, bool mayBeTooDear)
    {
        var count = tier.Length;
        var targets = ArrayPool<int>.Shared.Rent(count);
        var numbers = ArrayPool<double>.Shared.Rent(2 * count);
        var prices = numbers.AsSpan(0, count);
        var standings = numbers.AsSpan(count, count);
        for (var index = 0; index < count; index++)
        {
            targets[index] = _indexes[tier[index].Id];
            prices[index] = pick.Advice.Table is null ? 0 : pick.Advice.PriceOf(tier[index], AmountsOf(pick, tier[index]));
        }

        _shares.Order(targets.AsSpan(0, count), prices, standings);
        var limit = mayBeTooDear ? DearestOf(pick, targets.AsSpan(0, count), prices) : double.PositiveInfinity;
        var start = pick.Count;
        Add(pick, targets.AsSpan(0, count), prices, standings, limit, isTooDear: false, start);
        Add(pick, targets.AsSpan(0, count), prices, standings, limit, isTooDear: true, start);
        ArrayPool<int>.Shared.Return(targets);
        ArrayPool<double>.Shared.Return(numbers);
    }

    private void Add(Pick pick, Span<int> targets, Span<double> prices, Span<double> standings, double limit, bool isTooDear, int start)
    {
        for (var index = 0; index < targets.Length; index++)
        {
            if (prices[index] > limit == isTooDear)
            {
                pick.Add(new()
                {
                    Target = targets[index],
                    Start = start,
                    Amounts = AmountsOf(pick, catalog.Targets[targets[index]]),
                    Price = prices[index],
                    Credit = standings[index],
                    IsTooDear = isTooDear,
                });
            }
        }
    }

    /// <summary>Above what price it may be better to wait: that of the cheapest healthy target, and what the cluster adds to it.</summary>
    private double DearestOf(Pick pick, Span<int> targets, Span<double> prices)
    {
        var cheapest = double.PositiveInfinity;
        if (double.IsFinite(pick.Advice.WaitAbove))
        {
            for (var index = 0; index < targets.Length; index++)
            {
                var target = catalog.Targets[targets[index]];
                if (prices[index] < cheapest && pick.Plan.MayTry(target) && !health.IsDisabled(target) && pick.Plan.RestOf(target, time.GetUtcNow()) == TimeSpan.Zero
                    && ClosedFor(pick, target) == TimeSpan.Zero)
                {
                    cheapest = prices[index];
                }
            }
        }

        return cheapest + pick.Advice.WaitAbove;
    }

    /// <summary>One of those before that place has no headroom now, but is expected to have some in time.</summary>
    private bool IsOtherExpected(Pick pick, int start, int end)
    {
        Expect(pick);
        for (var place = start; place < end; place++)
        {
            if (pick[place] is { MayServe: true, Outcome: CandidateOutcome.NoHeadroom or CandidateOutcome.OthersFirst } candidate && candidate.ReadyIn <= pick.Left
                && pick.Left > TimeSpan.Zero)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Works out when each candidate will have headroom, with those counted who are served before.</summary>
    private void Expect(Pick pick)
    {
        var (now, age) = (room.Now, time.GetUtcNow() - pick.Advice.At);
        for (var place = 0; place < pick.Count; place++)
        {
            ref var candidate = ref pick[place];
            if (!candidate.MayServe || candidate.Outcome is CandidateOutcome.TooDear)
            {
                continue;
            }

            var target = catalog.Targets[candidate.Target];
            var (ahead, others) = room.Ahead(room.QuotaOf(target), pick.Priority, pick.Key);
            var ready = ahead != QuotaAmounts.Zero && others > candidate.NotBefore ? others - now : candidate.NotBefore - now;
            if (pick.Advice.QuotaOf(target) is { Learning: false } quota && ReadyTimes.Of(quota, age, ahead + candidate.Amounts) is var computed && computed > ready)
            {
                ready = computed;
            }

            candidate.ReadyIn = ready > TimeSpan.Zero ? ready : TimeSpan.Zero;
        }
    }

    /// <summary>Waits in the room; null when there is no use in it, or no target was found in time.</summary>
    private async ValueTask<Selection?> WaitAsync(Pick pick, CancellationToken cancel)
    {
        var begun = room.Now;
        if (pick.Left == TimeSpan.Zero || Join(pick, begun) is not { } place)
        {
            return null;
        }

        var before = pick.Waited;
        Selection? selection = null;
        try
        {
            await using var registration = cancel.UnsafeRegister(_ => room.Abandon(place), null);
            while (await place.Call is { } choice)
            {
                cancel.ThrowIfCancellationRequested();
                var candidate = pick.PlaceOf(place.Ticket!.Choices[choice].Target);
                pick.Waited = before + (room.Now - begun);
                if ((selection = await TryTurnAsync(pick, candidate, cancel)) is not null)
                {
                    return selection;
                }

                var until = pick[candidate].MayServe ? room.Now + WaitingRoom.PauseOf(pick[candidate].ReadyIn) : TimeSpan.MaxValue;
                room.Refuse(place, choice, until, isSpent: pick[candidate] is { MayServe: true, Outcome: CandidateOutcome.NoHeadroom });
            }

            return null;
        }
        finally
        {
            room.Leave(place, selection is not null);
            pick.Waited = before + (room.Now - begun);
        }
    }

    private WaitingPlace? Join(Pick pick, TimeSpan now)
    {
        Expect(pick);
        var deadline = now + pick.Left;
        var choices = new List<(WaitingChoice Choice, TimeSpan AsOf, TimeSpan ReadyIn)>(pick.Count);
        for (var place = 0; place < pick.Count; place++)
        {
            ref var candidate = ref pick[place];
            if (candidate.MayServe)
            {
                var quota = room.QuotaOf(catalog.Targets[candidate.Target]);
                WaitingChoice choice = new(candidate.Target, quota, candidate.Amounts, !candidate.IsTooDear, candidate.NotBefore);
                choices.Add((choice, candidate.AsOf, candidate.ReadyIn));
            }
        }

        if (!choices.Exists(choice => choice.ReadyIn <= pick.Left))
        {
            return null;
        }

        var lead = pick.Patience.Longest * LastCallPart;
        var lastCall = deadline - (lead > ShortestLastCall ? lead : ShortestLastCall);
        return room.Join(
            new((int)pick.Priority, pick.Key, deadline, lastCall > now ? lastCall : now),
            [.. choices.OrderBy(choice => choice.ReadyIn).Select(choice => (choice.Choice, choice.AsOf))]);
    }

    private async ValueTask<Selection?> TryTurnAsync(Pick pick, int place, CancellationToken cancel) =>
        IsOpen(pick, place) && Enter(pick, place) ? await TryChargedAsync(pick, pick[place].Start, place + 1, place, cancel) : null;

    /// <summary>Nothing is refused for its price alone: what was too dear to be taken at once is better than nothing.</summary>
    private async ValueTask<Selection?> TryDearAsync(Pick pick, CancellationToken cancel)
    {
        for (var place = 0; place < pick.Count; place++)
        {
            if (pick[place].Outcome is CandidateOutcome.TooDear && MayTryNow(pick, place, isPreferred: false)
                && await TryChargedAsync(pick, pick[place].Start, place + 1, place, cancel) is { } selection)
            {
                return selection;
            }
        }

        return null;
    }

    /// <summary>
    /// Reserves with the target charged meanwhile: all who come while a lease is on its way would choose the same target otherwise. Of the candidates
    /// from start to end those before it cannot serve, and those behind it could.
    /// </summary>
    private async ValueTask<Selection?> TryChargedAsync(Pick pick, int start, int end, int place, CancellationToken cancel)
    {
        var target = catalog.Targets[pick[place].Target];
        var order = pick.Order(start, end - start);
        var wasOwed = _shares.Charge(order.Span, place - start);
        Reservation? reservation = null;
        try
        {
            var outcome = await leases.ReserveAsync(target.QuotaKey, pick[place].Amounts, cancel);
            pick.Waited += outcome.Waited;
            reservation = outcome.Reservation;
            if (reservation is null)
            {
                pick.Refuse(place, outcome, room.Now);
                return null;
            }

            return pick.Choose(place, target, reservation.Value, time.GetUtcNow());
        }
        finally
        {
            // Also when the caller left: neither the charge nor a probe may stay with a request that is not sent.
            if (reservation is null && !pick.Anyway)
            {
                health.Leave(target);
            }

            _shares.Settle(order.Span, place - start, wasOwed, reservation is not null);
        }
    }

    private bool MayTryNow(Pick pick, int place, bool isPreferred)
    {
        if (!IsOpen(pick, place))
        {
            return false;
        }

        var target = catalog.Targets[pick[place].Target];
        if (!room.MayPass(room.QuotaOf(target), pick.Priority, pick.Key, isPreferred))
        {
            pick.SomeHealthy = true;
            pick.Postpone(place, CandidateOutcome.OthersFirst, isFault: false, TimeSpan.Zero, room.Now);
            return false;
        }

        return Enter(pick, place);
    }

    /// <summary>Looks at a target that has room but is too dear.</summary>
    private void Look(Pick pick, int place)
    {
        if (IsOpen(pick, place))
        {
            pick.SomeHealthy = true;
            pick.Postpone(place, CandidateOutcome.TooDear, isFault: false, TimeSpan.Zero, room.Now);
        }
    }

    /// <summary>Whether the target may be tried as far as its health goes; where that is not so it is noted why.</summary>
    private bool IsOpen(Pick pick, int place)
    {
        var target = catalog.Targets[pick[place].Target];
        if (!pick.Plan.MayTry(target) || health.IsDisabled(target))
        {
            pick[place].Outcome = health.IsDisabled(target) ? CandidateOutcome.Disabled : CandidateOutcome.Failed;
            return false;
        }

        if (pick.Plan.RestOf(target, time.GetUtcNow()) is var rest && rest > TimeSpan.Zero)
        {
            pick.SomeHealthy = true;
            pick.Postpone(place, CandidateOutcome.Resting, isFault: true, rest, room.Now);
            return false;
        }

        var closedFor = pick.Anyway ? TimeSpan.Zero : ClosedFor(pick, target);
        if (closedFor > TimeSpan.Zero)
        {
            pick.Postpone(place, CandidateOutcome.Closed, isFault: !pick.Advice.IsQuotaClosed(target), closedFor, room.Now);
            return false;
        }

        return true;
    }

    // A probe that is taken here must be given back by whoever does not send.
    private bool Enter(Pick pick, int place)
    {
        var target = catalog.Targets[pick[place].Target];
        if (!pick.Anyway && !health.TryEnter(target, out var closedFor))
        {
            pick.Postpone(place, CandidateOutcome.Closed, isFault: true, closedFor, room.Now);
            return false;
        }

        return pick.SomeHealthy = true;
    }

    private TimeSpan ClosedFor(Pick pick, TargetDefinition target)
    {
        var (advised, own) = (pick.Advice.ClosedFor(target, time.GetUtcNow()), health.ClosedFor(target));
        return advised > own ? advised : own;
    }

    private QuotaAmounts AmountsOf(Pick pick, TargetDefinition target) => RequestAmounts.Reserved(pick.Request, target, scales.Of(target));
}
