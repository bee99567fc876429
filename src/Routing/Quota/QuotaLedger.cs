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
    private readonly BudgetBook _book;
    private readonly SiloBook _silos;
    private readonly LearningPhase _learning;
    private readonly ProviderEvidence _evidence;
    private TimeSpan _lifetime;
    private bool _changed;

    /// <summary>A ledger over a stored state.</summary>
    /// <param name="definition">The limits.</param>
    /// <param name="state">The stored state; the ledger changes it.</param>
    /// <param name="isNew">Nothing was stored: if the quota learns, the silos are asked what was spent.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="NotSupportedException">The state was written by newer code, which may count what this code does not know.</exception>
    public QuotaLedger(QuotaDefinition definition, QuotaState state, bool isNew, DateTimeOffset now)
    {
        QuotaStateMigration.ToCurrent(state);
        _state = state;
        _book = new(state);
        _silos = new(state);
        _learning = new(state, _book);

        now = Advance(now);
        _evidence = new(state, _book, state.Author is null ? DateTimeOffset.MinValue : now);
        state.Leases.ForEach(lease => lease.HeardAt = now);

        // Whoever decided before may have had a clock that was behind: what drains or leaves a window meanwhile must still be there when
        // TakeOver delays it.
        Redefine(definition, now, now - (2 * Budget.ClockMargin));
        if (isNew && definition.Learns)
        {
            _learning.Begin(now);
        }
    }

    /// <summary>How long reservations may be made from a lease: a twelfth of the shortest window, 1 to 5 s.</summary>
    public static TimeSpan LifetimeFor(QuotaDefinition definition)
    {
        var life = LeaseRules.Lifetime;
        foreach (var budget in definition.Budgets)
        {
            life = budget.Metric != BudgetMetric.ConcurrentRequests && budget.Window / 12 < life ? budget.Window / 12 : life;
        }

        return life > LeaseRules.ShortestLifetime ? life : LeaseRules.ShortestLifetime;
    }

    /// <summary>
    /// Tells the ledger who decides now. If it was another before, whose clock may have been behind, all that counts is kept longer by
    /// twice <see cref="Budget.ClockMargin"/>.
    /// </summary>
    public void TakeOver(string author)
    {
        if (_state.Author is { } before && before != author)
        {
            _book.Delay(2 * Budget.ClockMargin);
        }

        _state.Author = author;
    }

    /// <summary>Puts other limits in force. What was spent counts on; leases that may spend too much are revoked.</summary>
    public void Redefine(QuotaDefinition definition, DateTimeOffset now)
    {
        now = Advance(now);
        Redefine(definition, now, now);
    }

    /// <summary>Takes in what a silo reports and decides what it gets.</summary>
    /// <param name="request">The silo's question.</param>
    /// <param name="liveSilos">The names of all live silos, as they ask; empty when they are not known: then those count that ask.</param>
    /// <param name="now">The present.</param>
    public LedgerAnswer Renew(LeaseRequest request, IReadOnlyCollection<string> liveSilos, DateTimeOffset now)
    {
        now = Advance(now);
        Forget(now);
        var silo = _silos.Of(request.Silo);
        if (request.Sequence < silo.Sequence)
        {
            return new(Complete(Refused(request, LeaseRefusal.Stale, TimeSpan.Zero), request, now), false);
        }

        var isRepeat = request.Sequence == silo.Sequence;
        (silo.Sequence, silo.SeenAt) = (request.Sequence, now);
        TakeIn(request, now);
        _changed |= _learning.EndIfDone(liveSilos, now);
        var answer = isRepeat ? Repeat(request, silo, now) : Remember(silo, Decide(request, now), now);

        // A question is repeated because it was not answered: what it changed the first time may not be stored either.
        var mustStore = _changed || isRepeat || answer.Lease is not null;
        _changed = false;
        return new(Complete(answer, request, now), mustStore);
    }

    /// <summary>Where every budget stands.</summary>
    /// <param name="now">The present.</param>
    /// <param name="withReleases">Whether <see cref="BudgetSnapshot.Releases"/> is filled.</param>
    public QuotaSnapshot Snapshot(DateTimeOffset now, bool withReleases = false)
    {
        now = Advance(now);
        Forget(now);
        var closedFor = ClosedFor(now);
        return new(_book.Definition.Key, _book.Snapshots(now, withReleases), closedFor, closedFor > TimeSpan.Zero ? _state.ClosedReason : null)
        {
            Learning = _learning.IsOn,
        };
    }

    private void Redefine(QuotaDefinition definition, DateTimeOffset now, DateTimeOffset inheritedAt)
    {
        _lifetime = LifetimeFor(definition);
        _book.Redefine(definition, inheritedAt);
        _evidence.Redefined();
        _changed |= _book.RevokeIfOverdrawn(now);
    }

    private DateTimeOffset Advance(DateTimeOffset now)
    {
        if (now > _state.DecidedAt)
        {
            _state.DecidedAt = now;
        }

        return _state.DecidedAt;
    }

    private TimeSpan ClosedFor(DateTimeOffset now) => _state.ClosedUntil > now ? _state.ClosedUntil - now : TimeSpan.Zero;

    private LeaseAnswer Complete(LeaseAnswer answer, LeaseRequest request, DateTimeOffset now) => answer with
    {
        ClosedFor = ClosedFor(now),
        RevokedThrough = _state.RevokedThrough,
        Learning = _learning.IsOn,
        Snapshot = request.WantsSnapshot ? Snapshot(now) : null,
    };

    private void TakeIn(LeaseRequest request, DateTimeOffset now)
    {
        foreach (var lease in _state.Leases)
        {
            lease.HeardAt = lease.Silo == request.Silo ? now : lease.HeardAt;
        }

        _changed |= _learning.Hear(request, now);
        foreach (var report in request.Reports)
        {
            _changed |= TakeReport(request.Silo, report, now);
        }

        _changed |= _learning.Listen(request, now);
        _changed |= request.Evidence is { } evidence && _evidence.Take(evidence, now);
    }

    private LeaseAnswer Decide(LeaseRequest request, DateTimeOffset now)
    {
        if (request.Wanted == QuotaAmounts.Zero && request.Least == QuotaAmounts.Zero)
        {
            return new(request.Sequence, null, LeaseRefusal.None, TimeSpan.Zero);
        }

        foreach (var budget in _book.Budgets)
        {
            if (request.Least.Of(budget.Definition.Metric) > budget.Definition.Amount)
            {
                return Refused(request, LeaseRefusal.TooLarge, TimeSpan.Zero);
            }
        }

        if (_state.ClosedUntil > now)
        {
            return Refused(request, LeaseRefusal.Closed, ClosedFor(now));
        }

        if (_learning.PausedUntil > now)
        {
            return Refused(request, LeaseRefusal.Learning, _learning.PausedUntil - now);
        }

        return Exhausted(request, now) ?? Grant(request, now);
    }

    private LeaseAnswer? Exhausted(LeaseRequest request, DateTimeOffset now)
    {
        var (fitsAt, refusing) = (now, (Budget?)null);
        foreach (var budget in _book.Budgets)
        {
            var needed = request.Least.Of(budget.Definition.Metric) + _learning.ReserveOf(budget);
            if (needed > budget.Definition.Amount)
            {
                return Refused(request, LeaseRefusal.Learning, LeaseRules.ReturnPoll);
            }

            if (_book.Remaining(budget, now) >= needed)
            {
                continue;
            }

            var at = _book.FitsAt(budget, needed, now);
            (fitsAt, refusing) = refusing is null || at > fitsAt ? (at, budget) : (fitsAt, refusing);
        }

        if (refusing is null)
        {
            return null;
        }

        // A leaky bucket gives something back all the time: there a long window does not mean a long wait.
        var hopeless = refusing.Definition is { Kind: not BudgetKind.LeakyBucket, Metric: not BudgetMetric.ConcurrentRequests } definition
            && definition.Window >= LeaseRules.LongWindow && fitsAt - now > LeaseRules.HopelessWait;
        return Refused(request, LeaseRefusal.Exhausted, fitsAt - now, hopeless);
    }

    private LeaseAnswer Grant(LeaseRequest request, DateTimeOffset now)
    {
        var amounts = Chunk(request, now);

        // Numbers follow the clock, so that a lease of a lost state is not taken for a new one.
        _state.LastLease = Math.Max(_state.LastLease + 1, now.ToUnixTimeMilliseconds() * 1000);
        _state.Leases.Add(new LeaseRecord
        {
            Id = _state.LastLease,
            Silo = request.Silo,
            GrantedAt = now,
            HeardAt = now,
            Lifetime = _lifetime,
            Amounts = amounts,
        });
        _learning.Granted(_state.LastLease);
        return new(request.Sequence, new Lease(_state.LastLease, amounts, _lifetime), LeaseRefusal.None, TimeSpan.Zero);
    }

    private QuotaAmounts Chunk(LeaseRequest request, DateTimeOffset now)
    {
        var live = _silos.Live(now);
        return new(
            ChunkOf(BudgetMetric.Requests, request, live, now),
            ChunkOf(BudgetMetric.Tokens, request, live, now),
            ChunkOf(BudgetMetric.InputTokens, request, live, now),
            ChunkOf(BudgetMetric.OutputTokens, request, live, now),
            ChunkOf(BudgetMetric.Cost, request, live, now),
            ChunkOf(BudgetMetric.ConcurrentRequests, request, live, now));
    }

    private long ChunkOf(BudgetMetric metric, LeaseRequest request, int live, DateTimeOffset now)
    {
        var least = request.Least.Of(metric);
        var most = LeaseSizing.Unlimited;
        foreach (var budget in _book.Budgets)
        {
            if (budget.Definition.Metric == metric)
            {
                var wanted = Math.Max(least, request.Wanted.Of(metric));
                var remaining = Math.Max(0, _book.Remaining(budget, now) - _learning.ReserveOf(budget));
                most = Math.Min(most, LeaseSizing.Of(wanted, least, remaining, budget.Definition, live));
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

        if (_book.FindLease(silo.Lease, silo.Silo) is not { } lease)
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

    private bool TakeReport(string silo, LeaseReport report, DateTimeOffset now)
    {
        var lease = _book.FindLease(report.LeaseId, silo);
        if (lease is null)
        {
            lease = _learning.Adopt(silo, report, now);
            if (lease is null)
            {
                return false;
            }

            _state.Leases.Add(lease);
        }

        var before = lease.Refunded;
        ReportedLease.Take(lease, report);
        _evidence.Refunded(ReportedLease.NotNegative(lease.Refunded - before), now);
        if (!lease.Closed && (report.Closed || report.Settled))
        {
            lease.Closed = true;
            _evidence.Returned(lease, now);
        }

        if (report.Settled)
        {
            Settle(lease, now);
        }

        return true;
    }

    private void Settle(LeaseRecord lease, DateTimeOffset now)
    {
        _learning.Settled(lease, now);
        _book.Settle(lease, now);
    }

    private void Forget(DateTimeOffset now)
    {
        _changed |= _evidence.Forget(now);
        _book.Forget(now);
        for (var index = _state.Leases.Count - 1; index >= 0; index--)
        {
            if (_book.IsPast(_state.Leases[index], now))
            {
                Settle(_state.Leases[index], now);
            }
        }

        _silos.Forget(now);
    }

    private static LeaseAnswer Refused(LeaseRequest request, LeaseRefusal refusal, TimeSpan retryAfter, bool dayExhausted = false) =>
        new(request.Sequence, null, refusal, retryAfter, dayExhausted);
}
