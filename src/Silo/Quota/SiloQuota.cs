using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// One quota as a silo sees it: the lease in hand, those that wait for more, and what the authority must be told. It decides what is
/// asked and what an answer means; the <see cref="LeaseBook"/> carries the messages.
/// </summary>
/// <remarks>
/// One lock, <c>_gate</c>, owns every field and everything reachable from here: leases, reservations' marks, waiters. Nothing is awaited
/// and no foreign code runs under it: waiters continue elsewhere, and <c>start</c> is called outside.
/// At most one lease is open. When the first waiter does not fit into it, it is closed, its rest is returned with the same question that
/// asks for more, so a small budget is never split between an old lease and a new one.
/// </remarks>
/// <param name="key">The quota's key.</param>
/// <param name="silo">Address and incarnation of this silo.</param>
/// <param name="time">The clock.</param>
/// <param name="start">Called when there is something to ask and nobody is asking.</param>
internal sealed class SiloQuota(string key, string silo, TimeProvider time, Action<SiloQuota> start)
{
    /// <summary>The settlement of a lease of up to that many requests is reported at once: small leases come from small budgets.</summary>
    public const int SmallLease = 4;

    private static readonly TimeSpan TooLargeMemory = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnknownMemory = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly long _origin = time.GetTimestamp();
    private readonly WaitingLine _line = new();
    private readonly HeldLeases _leases = new();
    private readonly RefusalMemory _refusals = new();
    private ReservationPool? _cells;
    private DemandRate _demand;
    private Question? _unanswered;
    private (string Reason, TimeSpan Until)? _evidence;
    private TimeSpan _closedUntil;
    private TimeSpan _silentUntil;
    private long _sequence;
    private bool _asking;
    private bool _reportNow;
    private bool _stopping;
    private TaskCompletionSource? _quiet;

    /// <summary>The quota's key.</summary>
    public string Key => key;

    /// <summary>A question is on its way, or will be at once.</summary>
    public bool IsAsking
    {
        get
        {
            lock (_gate)
            {
                return _asking;
            }
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Reserves from the lease in hand.</summary>
    public Reservation? TryReserve(QuotaAmounts amounts)
    {
        lock (_gate)
        {
            return !_line.IsEmpty ? null : Take(amounts, Now);
        }
    }

    /// <summary>Reserves from the lease in hand, or waits in line for the next one.</summary>
    public ValueTask<ReserveOutcome> ReserveAsync(QuotaAmounts amounts, CancellationToken cancellationToken)
    {
        Waiter waiter;
        bool mustStart;
        lock (_gate)
        {
            var now = Now;
            if (_line.IsEmpty && Take(amounts, now) is { } reservation)
            {
                return ValueTask.FromResult(ReserveOutcome.Granted(reservation));
            }

            if (RefusedNow(amounts, now) is { } refused)
            {
                return ValueTask.FromResult(refused);
            }

            waiter = new Waiter(this, amounts, cancellationToken);
            _line.Add(waiter);
            mustStart = MustStart();
        }

        StartIf(mustStart);

        return new(waiter.WaitAsync());
    }

    /// <summary>What the provider said: nobody reserves until its time is over, and the authority is told.</summary>
    public void ReportEvidence(QuotaEvidence evidence)
    {
        bool mustStart;
        lock (_gate)
        {
            var until = Now + evidence.ClosedFor;
            if (until <= _closedUntil)
            {
                return;
            }

            _closedUntil = until;
            _evidence = (evidence.Reason, until);
            _leases.CloseOpen();
            _line.Refuse(QuotaAmounts.Zero, new(null, LeaseRefusal.Closed, evidence.ClosedFor, false));
            mustStart = MustStart();
        }

        StartIf(mustStart);
    }

    /// <summary>Closes what has expired and sees that what is due is reported.</summary>
    public void Tick()
    {
        bool mustStart;
        lock (_gate)
        {
            var now = Now;
            _leases.CloseExpired(now);
            _reportNow |= _leases.IsAnyDue(now);
            mustStart = MustStart();
        }

        StartIf(mustStart);
    }

    /// <summary>
    /// Reserves nothing more, returns the lease in hand; ends when nothing is in flight and the authority knows all of it.
    /// </summary>
    public Task StopAsync()
    {
        bool mustStart;
        Task quiet;
        lock (_gate)
        {
            _stopping = true;
            _quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            quiet = _quiet.Task;
            _leases.CloseOpen();
            _line.Refuse(QuotaAmounts.Zero, Failed);
            _reportNow |= _leases.IsAnyDue(Now);
            mustStart = MustStart();
            SignalIfQuiet();
        }

        StartIf(mustStart);

        return quiet;
    }

    /// <summary>The next question, or null when there is none; then nobody is asking any more.</summary>
    public Question? NextQuestion()
    {
        lock (_gate)
        {
            var now = Now;
            ServeWaiters(now);
            if (now < _silentUntil || !HasToAsk())
            {
                _asking = false;
                SignalIfQuiet();
                return null;
            }

            _unanswered ??= Ask(now);
            _unanswered.SentAt = now;
            return _unanswered;
        }
    }

    /// <summary>Takes an answer in.</summary>
    public void Answered(Question question, LeaseAnswer answer)
    {
        if (answer.Refusal == LeaseRefusal.StorageFailed)
        {
            NotAnswered();
            return;
        }

        lock (_gate)
        {
            _unanswered = null;
            var now = Now;
            if (answer.Refusal != LeaseRefusal.Stale)
            {
                Acknowledge(question);
            }

            if (answer.Lease is { } granted)
            {
                Accept(question, granted, now);
            }
            else if (answer.Refusal != LeaseRefusal.None)
            {
                Refused(question.Request.Least, answer, now);
            }
        }
    }

    /// <summary>
    /// The outcome of the question is unknown: it is repeated after a while. All who wait are refused; what is in hand stays good.
    /// </summary>
    public void NotAnswered()
    {
        lock (_gate)
        {
            _silentUntil = Now + LeaseRules.FailureRetry;
            _line.Refuse(QuotaAmounts.Zero, Failed);
        }
    }

    internal bool MaySend(ReservationCell cell, long version)
    {
        lock (_gate)
        {
            return !_stopping && cell.IsHeldBy(version) && cell.Lease.MaySend(Now);
        }
    }

    internal void MarkReceived(ReservationCell cell, long version)
    {
        lock (_gate)
        {
            if (cell.IsHeldBy(version) && !cell.Received)
            {
                cell.Received = true;
                cell.Lease.Receive(Now);
            }
        }
    }

    /// <summary>Ends a reservation; one that was given up only counts for nothing if it was never sent.</summary>
    internal void End(ReservationCell cell, long version, Ending ending, QuotaAmounts actual)
    {
        bool mustStart;
        lock (_gate)
        {
            if (!cell.IsHeldBy(version))
            {
                return;
            }

            var lease = cell.Lease;
            lease.End(cell.Amounts, ActualOf(cell, ending, actual));
            if (!cell.Received && ending == Ending.Cancelled)
            {
                lease.NeverSent();
            }
            else if (!cell.Received)
            {
                lease.Receive(Now);
            }

            _cells!.Return(cell);
            _leases.CloseUsedUp();
            _reportNow |= lease.IsSettled && (lease.IsSmall || _stopping);
            mustStart = MustStart();
        }

        StartIf(mustStart);
    }

    internal void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            _line.Leave(waiter);
        }
    }

    private static ReserveOutcome Failed => new(null, LeaseRefusal.StorageFailed, LeaseRules.FailureRetry, false);

    private void StartIf(bool mustStart)
    {
        if (mustStart)
        {
            start(this);
        }
    }

    private bool MustStart()
    {
        var mustStart = !_asking && HasToAsk();
        _asking |= mustStart;
        return mustStart;
    }

    private bool HasToAsk() => !_line.IsEmpty || _reportNow || _evidence is not null || _unanswered is not null;

    private Reservation? Take(QuotaAmounts amounts, TimeSpan now)
    {
        if (now < _closedUntil || _leases.Take(amounts, now) is not { } lease)
        {
            return null;
        }

        _demand.Add(amounts, now);
        _cells ??= new(this);
        return _cells.Rent().Hold(lease, amounts);
    }

    private ReserveOutcome? RefusedNow(QuotaAmounts amounts, TimeSpan now)
    {
        if (_stopping)
        {
            return Failed;
        }

        if (now < _closedUntil)
        {
            return new(null, LeaseRefusal.Closed, _closedUntil - now, false);
        }

        return now < _silentUntil
            ? new(null, LeaseRefusal.StorageFailed, _silentUntil - now, false)
            : _refusals.Find(amounts, now);
    }

    private Question Ask(TimeSpan now)
    {
        var (wanted, least) = (QuotaAmounts.Zero, QuotaAmounts.Zero);
        if (_line.First is { } first)
        {
            _leases.CloseOpen();
            least = first.Amounts;
            wanted = _line.Needs() + _demand.NextSecond(now);
        }

        var (reports, reported) = _leases.Report(now);
        var evidence = _evidence is { } said && said.Until > now ? new QuotaEvidence(said.Until - now, said.Reason) : null;
        _evidence = null;
        _reportNow = false;
        return new(new(silo, ++_sequence, wanted, least, reports, evidence), now, reported);
    }

    private void Acknowledge(Question question)
    {
        _leases.Acknowledge(question.Reported);
        if (question.Reported.Count > 0)
        {
            _refusals.ForgetExhausted();
        }
    }

    private void Accept(Question question, Lease granted, TimeSpan now)
    {
        var lease = new LocalLease(granted.Id, granted.Amounts, question.AskedAt, question.SentAt + granted.Lifetime);
        _leases.Open(lease);
        if (_stopping || lease.IsExpired(now))
        {
            // The answer took longer than the lease lives: asking again at once would only do the same.
            _leases.CloseOpen();
            _line.Refuse(QuotaAmounts.Zero, Failed);
            _reportNow = true;
        }

        ServeWaiters(now);
    }

    private void Refused(QuotaAmounts least, LeaseAnswer answer, TimeSpan now)
    {
        var forAll = answer.Refusal is not (LeaseRefusal.Exhausted or LeaseRefusal.TooLarge);
        var holdsFor = answer.Refusal switch
        {
            LeaseRefusal.TooLarge => TooLargeMemory,
            LeaseRefusal.Unknown => UnknownMemory,
            LeaseRefusal.Stale => LeaseRules.FailureRetry,
            _ => answer.RetryAfter,
        };
        if (answer.Refusal == LeaseRefusal.Closed)
        {
            _closedUntil = _closedUntil > now + holdsFor ? _closedUntil : now + holdsFor;
        }

        var covered = forAll ? QuotaAmounts.Zero : least;
        _refusals.Add(answer.Refusal, covered, now, now + holdsFor, answer.DayExhausted);
        var wait = answer.Refusal == LeaseRefusal.Stale ? holdsFor : answer.RetryAfter;
        _line.Refuse(covered, new(null, answer.Refusal, wait, answer.DayExhausted));
    }

    private void ServeWaiters(TimeSpan now)
    {
        while (_line.First is { } first && Take(first.Amounts, now) is { } reservation)
        {
            _line.Dismiss(first, ReserveOutcome.Granted(reservation));
        }
    }

    private static QuotaAmounts ActualOf(ReservationCell cell, Ending ending, QuotaAmounts actual) => ending switch
    {
        Ending.Settled => actual,
        Ending.Cancelled when !cell.Received => QuotaAmounts.Zero,
        _ => cell.Amounts,
    };

    private void SignalIfQuiet()
    {
        if (!_asking && _leases.IsEmpty)
        {
            _quiet?.TrySetResult();
        }
    }
}
