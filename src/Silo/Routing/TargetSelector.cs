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
public sealed class TargetSelector
{
    private readonly LeaseBook _leases;
    private readonly TargetHealth _health;
    private readonly RouteAdvice _advice;
    private readonly Catalog _catalog;
    private readonly WaitingRoom _room;
    private readonly TimeProvider _time;
    private readonly TargetShares _shares;
    private readonly TargetDoor _door;
    private readonly TargetOrder _order;

    /// <summary>Equal credits for all.</summary>
    public TargetSelector(
        LeaseBook leases, TargetHealth health, RouteAdvice advice, PromptScales scales, Catalog catalog, WaitingRoom room, TimeProvider time)
    {
        (_leases, _health, _advice, _catalog, _room, _time) = (leases, health, advice, catalog, room, time);
        _shares = new(catalog);
        _door = new(catalog, health, room, time);
        _order = new(catalog, _shares, _door, scales);
    }

    /// <summary>Picks and reserves.</summary>
    /// <param name="request">The caller's request.</param>
    /// <param name="plan">What may still be tried.</param>
    /// <param name="patience">How the request may wait for headroom.</param>
    /// <param name="waited">How long it has waited already.</param>
    /// <param name="cancel">The caller left.</param>
    internal async ValueTask<(Selection Selection, TimeSpan Waited)> SelectAsync(
        ModelRequest request, RoutePlan plan, Patience patience, TimeSpan waited, CancellationToken cancel)
    {
        using var pick = new Pick(request, plan, patience, waited, _advice.View);
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
            Expect(pick, 0, pick.Count);
            selection = pick.Refuse(_time.GetUtcNow());
        }

        return (selection.Value, pick.Waited);
    }

    /// <summary>The target answered completely; if it was held back, those who wait for it need not any more.</summary>
    internal void Succeeded(TargetDefinition target)
    {
        if (_health.Succeeded(target))
        {
            _room.Refresh(target.QuotaKey);
        }
    }

    private async ValueTask<Selection?> TryTiersAsync(Pick pick, CancellationToken cancel)
    {
        for (var tier = 0; tier < pick.Plan.Tiers.Length; tier++)
        {
            var start = pick.Count;
            var isLast = tier == pick.Plan.Tiers.Length - 1;
            _order.Arrange(pick, pick.Plan.Tiers[tier], mayBeTooDear: isLast);
            if (await TryTierAsync(pick, start, mayBeTooDear: isLast, cancel) is { } selection)
            {
                return selection;
            }
        }

        return null;
    }

    private async ValueTask<Selection?> TryTierAsync(Pick pick, int start, bool mayBeTooDear, CancellationToken cancel)
    {
        for (var place = start; place < pick.Count; place++)
        {
            if (mayBeTooDear && IsTooDear(pick, start, place))
            {
                pick[place].IsTooDear = true;
                _door.Look(pick, place);
            }
            else if (_door.MayTryNow(pick, place, !pick[place].IsSpare) && await TryChargedAsync(pick, start, pick.Count, place, cancel) is { } selection)
            {
                return selection;
            }
        }

        return null;
    }

    /// <summary>Whether it is better to wait for one of those before that place, which have no headroom now.</summary>
    private bool IsTooDear(Pick pick, int start, int place)
    {
        if (place == start || double.IsInfinity(pick.Advice.WaitAbove))
        {
            return false;
        }

        Expect(pick, start, place);
        for (var other = start; other < place; other++)
        {
            if (pick[other] is { MayServe: true, IsTooDear: false, Outcome: CandidateOutcome.NoHeadroom or CandidateOutcome.OthersFirst } candidate
                && WaitingRules.CostOf(candidate.Price, candidate.ReadyIn, pick.Left, pick.Advice.WaitAbove) < pick[place].Price)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Works out when candidates will have headroom, with those counted who are served before.</summary>
    private void Expect(Pick pick, int start, int end)
    {
        var (now, age) = (_room.Now, _time.GetUtcNow() - pick.Advice.At);
        for (var place = start; place < end; place++)
        {
            ref var candidate = ref pick[place];
            if (!candidate.MayServe || candidate.Outcome is CandidateOutcome.TooDear)
            {
                continue;
            }

            var target = _catalog.Targets[candidate.Target];
            var (ahead, others) = _room.Ahead(_room.QuotaOf(target), pick.Priority, pick.Key, candidate);
            var quota = pick.Advice.QuotaOf(target) is { Learning: false } known ? known : null;
            var first = candidate.NotBefore - now;
            candidate.SoonestIn = ReadyIn(first, quota, age, WaitingRules.LikelyOf(ahead) + candidate.Amounts);
            candidate.ReadyIn = ReadyIn(
                ahead != QuotaAmounts.Zero && others > candidate.NotBefore ? others - now : first, quota, age, ahead + candidate.Amounts);
        }
    }

    private static TimeSpan ReadyIn(TimeSpan first, QuotaSnapshot? quota, TimeSpan age, QuotaAmounts needed)
    {
        var ready = first > TimeSpan.Zero ? first : TimeSpan.Zero;
        return quota is not null && ReadyTimes.Of(quota, age, needed) is var computed && computed > ready ? computed : ready;
    }

    /// <summary>Waits in the room; null when there is no use in it, or no target was found in time.</summary>
    private async ValueTask<Selection?> WaitAsync(Pick pick, CancellationToken cancel)
    {
        var begun = _room.Now;
        if (pick.Left == TimeSpan.Zero || Join(pick, begun) is not { } place)
        {
            return null;
        }

        var before = pick.Waited;
        Selection? selection = null;
        try
        {
            await using var registration = cancel.UnsafeRegister(_ => _room.Abandon(place), null);
            while (await place.Call is { } choice)
            {
                cancel.ThrowIfCancellationRequested();
                var candidate = pick.PlaceOf(place.Ticket!.Choices[choice].Target);
                pick.Waited = before + (_room.Now - begun);
                if ((selection = await TryTurnAsync(pick, candidate, cancel)) is not null)
                {
                    return selection;
                }

                var until = pick[candidate].MayServe ? _room.Now + WaitingRoom.PauseOf(pick[candidate].ReadyIn) : TimeSpan.MaxValue;
                _room.Refuse(place, choice, until, isSpent: pick[candidate] is { MayServe: true, Outcome: CandidateOutcome.NoHeadroom });
            }

            return null;
        }
        finally
        {
            _room.Leave(place, selection is not null);
            pick.Waited = before + (_room.Now - begun);
        }
    }

    private WaitingPlace? Join(Pick pick, TimeSpan now)
    {
        Expect(pick, 0, pick.Count);
        var deadline = now + pick.Left;
        var choices = new List<(WaitingChoice Choice, TimeSpan AsOf, TimeSpan ReadyIn)>(pick.Count);
        var (mayBeInTime, isPreferredInTime) = (false, false);
        for (var place = 0; place < pick.Count; place++)
        {
            ref var candidate = ref pick[place];
            if (candidate.MayServe)
            {
                var quota = _room.QuotaOf(_catalog.Targets[candidate.Target]);
                WaitingChoice choice = new(candidate.Target, quota, candidate.Amounts, candidate.Price, candidate.IsPreferred, candidate.NotBefore);
                choices.Add((choice, candidate.AsOf, candidate.ReadyIn));
                mayBeInTime |= candidate.SoonestIn <= pick.Left;
                isPreferredInTime |= candidate.IsPreferred && candidate.ReadyIn <= pick.Left;
            }
        }

        if (!mayBeInTime)
        {
            return null;
        }

        var lastCall = isPreferredInTime ? WaitingRules.LastCallOf(deadline, pick.Patience.Longest) : now;
        return _room.Join(
            new((int)pick.Priority, pick.Key, deadline, lastCall > now ? lastCall : now),
            [.. choices.OrderBy(choice => choice.ReadyIn).Select(choice => (choice.Choice, choice.AsOf))]);
    }

    private async ValueTask<Selection?> TryTurnAsync(Pick pick, int place, CancellationToken cancel) =>
        _door.IsOpen(pick, place) && _door.Enter(pick, place) ? await TryChargedAsync(pick, pick[place].Start, place + 1, place, cancel) : null;

    /// <summary>Nothing is refused for its price alone: what was too dear to be taken at once is better than nothing.</summary>
    private async ValueTask<Selection?> TryDearAsync(Pick pick, CancellationToken cancel)
    {
        for (var place = 0; place < pick.Count; place++)
        {
            if (pick[place].Outcome is CandidateOutcome.TooDear && _door.MayTryNow(pick, place, isPreferred: false)
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
        var target = _catalog.Targets[pick[place].Target];
        var order = pick.Order(start, end - start);
        var wasOwed = _shares.Charge(order.Span, place - start);
        Reservation? reservation = null;
        try
        {
            var outcome = await _leases.ReserveAsync(target.QuotaKey, pick[place].Amounts, cancel);
            pick.Waited += outcome.Waited;
            reservation = outcome.Reservation;
            if (reservation is null)
            {
                pick.Refuse(place, outcome, _room.Now);
                return null;
            }

            return pick.Choose(place, target, reservation.Value, _time.GetUtcNow());
        }
        finally
        {
            // Also when the caller left: neither the charge nor a probe may stay with a request that is not sent.
            if (reservation is null && !pick.Anyway)
            {
                _health.Leave(target);
            }

            _shares.Settle(order.Span, place - start, wasOwed, reservation is not null);
        }
    }
}
