using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>An answer, and whether the state must be stored before it may be given.</summary>
/// <param name="Answer">What the silo is told.</param>
/// <param name="MustStore">The answer rests on a change that is not known to be stored.</param>
public readonly record struct LedgerAnswer(LeaseAnswer Answer, bool MustStore);

/// <summary>
/// The rule of a quota: what is granted, and what counts against the budgets. It changes the state it was given and does nothing else.
/// Not safe for concurrent use: the grain's turns own it.
/// </summary>
/// <remarks>
/// Why no window is overspent. A lease granted at G for L counts whole until its end, G + L + <see cref="LeaseRules.ReceiptMargin"/>, and
/// from there for the length of each window. When the silo reports it closed, only what was used counts, at G + the reported last use,
/// which is not before the real one because the silo's clock started when it asked, before G. When it is settled, it is merged into
/// buckets that count at least as long. Take any window and the last lease that was granted among those used in it: when it was
/// granted, every other use of that window was counted, in full. So the sum was checked against the limit.
/// A leaky bucket's case is the same: what is received from s to t is at most its amount plus what drains meanwhile, because that was
/// checked for every s when the last lease among it was granted, which was not after t, and since then more has drained.
/// Use above a lease (tokens may overrun their reservation) makes the counted amount larger than the limit: nothing is granted until
/// enough has left the window.
/// </remarks>
public sealed class QuotaLedger
{
    private readonly QuotaState _state;
    private QuotaDefinition _definition;
    private ImmutableArray<Budget> _budgets;
    private TimeSpan _lifetime;
    private readonly List<Charge> _charges = [];

    /// <summary>A ledger over a stored state.</summary>
    /// <param name="definition">The limits.</param>
    /// <param name="state">The stored state; the ledger changes it.</param>
    /// <param name="isNew">Nothing was stored: if the quota learns, the silos are asked what was spent.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="NotSupportedException">The state was written by newer code, which may count what this code does not know.</exception>
    public QuotaLedger(QuotaDefinition definition, QuotaState state, bool isNew, DateTimeOffset now)
    {
        if (state.Version > QuotaState.CurrentVersion)
        {
            throw new NotSupportedException($"The state of quota {definition.Key} has version {state.Version}; this code reads up to {QuotaState.CurrentVersion}.");
        }

        _state = state;
        Redefine(definition, now);
    }

    /// <summary>Puts other limits in force. What was spent counts on; leases that may spend too much are revoked.</summary>
    [MemberNotNull(nameof(_definition))]
    public void Redefine(QuotaDefinition definition, DateTimeOffset now)
    {
        _definition = definition;
        _budgets = definition.Budgets.Select(Budget.Create).ToImmutableArray();
        _lifetime = LifetimeFor(definition);
        SpentInheritance.Apply(_state.Settled, _budgets, now - (2 * Budget.ClockMargin));
    }

    /// <summary>How long reservations may be made from a lease: a twelfth of the shortest window, 1 to 5 s.</summary>
    public static TimeSpan LifetimeFor(QuotaDefinition definition)
    {
        var shortest = definition.Budgets.IsEmpty ? TimeSpan.MaxValue : definition.Budgets.Min(budget => budget.Window);
        return TimeSpan.FromTicks(Math.Clamp(shortest.Ticks / 12, LeaseRules.ShortestLifetime.Ticks, LeaseRules.Lifetime.Ticks));
    }

    /// <summary>
    /// Tells the ledger who decides now. If it was another before, whose clock may have been behind, all that counts is kept longer by
    /// twice <see cref="Budget.ClockMargin"/>.
    /// </summary>
    public void TakeOver(string author)
    {
        if (_state.Author is { } before && before != author)
        {
            var apart = 2 * Budget.ClockMargin;
            _state.Leases.ForEach(lease => lease.Slack += apart);
            foreach (var budget in _budgets.DistinctBy(budget => budget.StateKey))
            {
                budget.Delay(SettledOf(budget), apart);
            }
        }

        _state.Author = author;
    }

    /// <summary>Takes in what a silo reports and decides what it gets.</summary>
    /// <param name="request">The silo's question.</param>
    /// <param name="liveSilos">The names of all live silos, as they ask; empty when they are not known: then those count that ask.</param>
    /// <param name="now">The present.</param>
    public LedgerAnswer Renew(LeaseRequest request, IReadOnlyCollection<string> liveSilos, DateTimeOffset now)
    {
        Forget(now);
        var silo = SiloOf(request.Silo);
        if (request.Sequence < silo.Sequence)
        {
            return new(Refused(request, LeaseRefusal.Stale, TimeSpan.Zero), false);
        }

        var changed = TakeEvidence(request.Evidence, now);
        foreach (var report in request.Reports)
        {
            changed |= TakeReport(request.Silo, report, now);
        }

        var repeated = request.Sequence == silo.Sequence;
        silo.Sequence = request.Sequence;
        silo.SeenAt = now;
        var answer = repeated ? Repeat(request, silo, now) : Remember(silo, Decide(request, now), now);

        // A question is repeated because it was not answered: what it changed the first time may not be stored either.
        return new(answer, changed || repeated || answer.Lease is not null);
    }

    /// <summary>Where every budget stands.</summary>
    public QuotaSnapshot Snapshot(DateTimeOffset now)
    {
        Forget(now);
        var closedFor = _state.ClosedUntil > now ? _state.ClosedUntil - now : TimeSpan.Zero;
        return new(
            _definition.Key,
            [.. _budgets.Select(budget => SnapshotOf(budget, now))],
            closedFor,
            closedFor > TimeSpan.Zero ? _state.ClosedReason : null);
    }

    private LeaseAnswer Decide(LeaseRequest request, DateTimeOffset now)
    {
        if (request.Wanted == QuotaAmounts.Zero && request.Least == QuotaAmounts.Zero)
        {
            return new(request.Sequence, null, LeaseRefusal.None, TimeSpan.Zero);
        }

        if (_budgets.Any(budget => request.Least.Of(budget.Definition.Metric) > budget.Definition.Amount))
        {
            return Refused(request, LeaseRefusal.TooLarge, TimeSpan.Zero);
        }

        if (_state.ClosedUntil > now)
        {
            return Refused(request, LeaseRefusal.Closed, _state.ClosedUntil - now);
        }

        return Exhausted(request, now) ?? Grant(request, now);
    }

    private LeaseAnswer? Exhausted(LeaseRequest request, DateTimeOffset now)
    {
        var (fitsAt, refusing) = (now, (Budget?)null);
        foreach (var budget in _budgets)
        {
            var least = request.Least.Of(budget.Definition.Metric);
            if (Remaining(budget, now) >= least)
            {
                continue;
            }

            var at = FitsAt(budget, least, now);
            (fitsAt, refusing) = refusing is null || at > fitsAt ? (at, budget) : (fitsAt, refusing);
        }

        if (refusing is null)
        {
            return null;
        }

        // A leaky bucket gives something back all the time: there a long window does not mean a long wait.
        var hopeless = refusing.Definition is { Kind: not BudgetKind.LeakyBucket } definition
            && definition.Window >= LeaseRules.LongWindow && fitsAt - now > LeaseRules.HopelessWait;
        return Refused(request, LeaseRefusal.Exhausted, fitsAt - now, hopeless);
    }

    private LeaseAnswer Grant(LeaseRequest request, DateTimeOffset now)
    {
        var amounts = new QuotaAmounts(Chunk(BudgetMetric.Requests, request, now), Chunk(BudgetMetric.Tokens, request, now));

        // Numbers follow the clock, so that a lease of a lost state is not taken for a new one.
        _state.LastLease = Math.Max(_state.LastLease + 1, now.ToUnixTimeMilliseconds() * 1000);
        _state.Leases.Add(new LeaseRecord
        {
            Id = _state.LastLease,
            Silo = request.Silo,
            GrantedAt = now,
            Lifetime = _lifetime,
            Amounts = amounts,
        });
        return new(request.Sequence, new Lease(_state.LastLease, amounts, _lifetime), LeaseRefusal.None, TimeSpan.Zero);
    }

    private long Chunk(BudgetMetric metric, LeaseRequest request, DateTimeOffset now)
    {
        var live = _state.Silos.Count(silo => silo.SeenAt + LeaseRules.SiloIsLive >= now);
        var least = request.Least.Of(metric);
        var most = Math.Max(least, request.Wanted.Of(metric));
        foreach (var budget in _budgets)
        {
            if (budget.Definition.Metric == metric)
            {
                most = Math.Min(most, Math.Max(least, Remaining(budget, now) / (2 * live)));
            }
        }

        return most;
    }

    private LeaseAnswer Repeat(LeaseRequest request, SiloRecord silo, DateTimeOffset now)
    {
        if (silo.Lease == 0)
        {
            var wait = silo.RetryAt > now ? silo.RetryAt - now : TimeSpan.Zero;
            return new(request.Sequence, null, silo.Refusal, wait, silo.DayExhausted);
        }

        if (_state.Leases.Find(lease => lease.Id == silo.Lease) is not { } lease)
        {
            return Refused(request, LeaseRefusal.Stale, TimeSpan.Zero);
        }

        var left = lease.GrantedAt + lease.Lifetime - lease.Slack - now;
        var life = TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, lease.Lifetime.Ticks));
        return new(request.Sequence, new Lease(lease.Id, lease.Amounts, life), LeaseRefusal.None, TimeSpan.Zero);
    }

    private static LeaseAnswer Remember(SiloRecord silo, LeaseAnswer answer, DateTimeOffset now)
    {
        silo.Lease = answer.Lease?.Id ?? 0;
        silo.Refusal = answer.Refusal;
        silo.RetryAt = now + answer.RetryAfter;
        silo.DayExhausted = answer.DayExhausted;
        return answer;
    }

    private bool TakeEvidence(QuotaEvidence? evidence, DateTimeOffset now)
    {
        if (evidence is null)
        {
            return false;
        }

        var closedFor = evidence.ClosedFor < LeaseRules.LongestClosing ? evidence.ClosedFor : LeaseRules.LongestClosing;
        if (now + closedFor <= _state.ClosedUntil)
        {
            return false;
        }

        _state.ClosedUntil = now + closedFor;
        _state.ClosedReason = evidence.Reason;
        return true;
    }

    private bool TakeReport(string silo, LeaseReport report, DateTimeOffset now)
    {
        var lease = _state.Leases.Find(lease => lease.Id == report.LeaseId && lease.Silo == silo);
        if (lease is null)
        {
            return false;
        }

        lease.Used = new(Math.Max(0, report.Used.Requests), Math.Max(0, report.Used.Tokens));
        lease.LastUse = TimeSpan.FromTicks(Math.Clamp(report.LastUse.Ticks, 0, LeaseRules.LongestUse.Ticks));
        lease.Closed |= report.Closed || report.Settled;
        if (report.Settled)
        {
            Settle(lease, now);
        }

        return true;
    }

    private void Settle(LeaseRecord lease, DateTimeOffset now)
    {
        foreach (var budget in _budgets.DistinctBy(budget => budget.StateKey))
        {
            budget.Settle(SettledOf(budget), LeaseCharges.Of(lease, budget.Definition.Metric), now);
        }

        _state.Leases.Remove(lease);
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var budget in _budgets)
        {
            budget.Forget(SettledOf(budget), now);
        }

        foreach (var lease in _state.Leases.FindAll(lease => IsPast(lease, now)))
        {
            Settle(lease, now);
        }

        _state.Silos.RemoveAll(silo =>
            silo.SeenAt + LeaseRules.SiloIsForgotten < now && !_state.Leases.Exists(lease => lease.Silo == silo.Silo));
    }

    private bool IsPast(LeaseRecord lease, DateTimeOffset now) =>
        LeaseCharges.EndOf(lease) <= now && _budgets.All(budget => budget.IsPast(LeaseCharges.Of(lease, budget.Definition.Metric), now));

    private long Remaining(Budget budget, DateTimeOffset now)
    {
        var charges = ChargesOf(budget, LeaseCharges.Of);
        var spent = budget.Spent(SettledOf(budget), charges, now, now + _lifetime + LeaseRules.ReceiptMargin);
        return Math.Max(0, budget.Definition.Amount - spent);
    }

    private DateTimeOffset FitsAt(Budget budget, long least, DateTimeOffset now)
    {
        // What others hold without using it may come back before its time, and what is on its way may prove to have been received already,
        // so the wait is computed for that, but is no shorter than a poll.
        var charges = ChargesOf(budget, (lease, metric) => LeaseCharges.CertainOf(lease, metric, now));
        var fitsAt = budget.FitsAt(SettledOf(budget), charges, now, _lifetime + LeaseRules.ReceiptMargin, least);
        return fitsAt > now ? fitsAt : now + LeaseRules.ReturnPoll;
    }

    private BudgetSnapshot SnapshotOf(Budget budget, DateTimeOffset now)
    {
        var settled = SettledOf(budget);
        var used = budget.Spent(settled, ChargesOf(budget, LeaseCharges.UsedOf), now, now);
        var charges = ChargesOf(budget, LeaseCharges.Of);
        var all = Math.Max(used, budget.Spent(settled, charges, now, now));
        var resetsIn = budget.ResetsAt(settled, charges, now) is { } at && at > now ? at - now : TimeSpan.Zero;
        return new(budget.Definition, used, all - used, Math.Max(0, budget.Definition.Amount - all), resetsIn);
    }

    private List<Charge> ChargesOf(Budget budget, Func<LeaseRecord, BudgetMetric, Charge> chargeOf)
    {
        _charges.Clear();
        foreach (var lease in _state.Leases)
        {
            _charges.Add(chargeOf(lease, budget.Definition.Metric));
        }

        return _charges;
    }

    private List<Bucket> SettledOf(Budget budget)
    {
        if (!_state.Settled.TryGetValue(budget.StateKey, out var buckets))
        {
            _state.Settled[budget.StateKey] = buckets = [];
        }

        return buckets;
    }

    private SiloRecord SiloOf(string name)
    {
        if (_state.Silos.Find(silo => silo.Silo == name) is { } known)
        {
            return known;
        }

        var silo = new SiloRecord { Silo = name };
        _state.Silos.Add(silo);
        return silo;
    }

    private static LeaseAnswer Refused(LeaseRequest request, LeaseRefusal refusal, TimeSpan retryAfter, bool dayExhausted = false) =>
        new(request.Sequence, null, refusal, retryAfter, dayExhausted);
}
