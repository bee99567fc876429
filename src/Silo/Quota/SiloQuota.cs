using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// One quota as a silo sees it: what it may spend (<see cref="Stock"/>), who waits for more, and what the authority must be asked
/// (<see cref="Agenda"/>). It decides what an answer means; the <see cref="LeaseBook"/> carries the messages.
/// </summary>
/// <remarks>
/// One lock, <c>_gate</c>, owns every field and everything reachable from here. Nothing is awaited and no foreign code runs under it: waiters continue
/// elsewhere, and <c>start</c> and <c>eased</c> are called outside. At most one question is under way.
/// </remarks>
internal sealed class SiloQuota : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action<SiloQuota> _start;
    private readonly Action<SiloQuota>? _eased;
    private readonly long _origin;
    private readonly WaitingLine _line;
    private readonly RefusalMemory _refusals;
    private readonly Stock _stock;
    private readonly Agenda _agenda;
    private readonly WakeUp _wakeUp;
    private (QuotaSnapshot Snapshot, TimeSpan At)? _standing;
    private TimeSpan _enteredAt;
    private volatile bool _asking;
    private bool _stopping;
    private bool _dropped;
    private TaskCompletionSource? _quiet;

    /// <summary>A quota of which nothing is held.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="silo">Address and incarnation of this silo.</param>
    /// <param name="sequence">A number above those of all questions that this silo asked about it before.</param>
    /// <param name="find">Its limits as they are now, or null.</param>
    /// <param name="time">The clock.</param>
    /// <param name="start">Called when there is something to ask and nobody is asking.</param>
    /// <param name="eased">Called when something came back, so that who was refused may try again before its time.</param>
    public SiloQuota(
        string key, string silo, long sequence, Func<QuotaDefinition?> find, TimeProvider time, Action<SiloQuota> start, Action<SiloQuota>? eased = null)
    {
        Key = key;
        IsOfCaller = CallerLimits.IsCallers(key);
        _line = new(IsOfCaller);
        _time = time;
        _start = start;
        _eased = eased;
        _origin = time.GetTimestamp();
        _refusals = new(find);
        _stock = new(this);
        _agenda = new(silo, sequence, IsOfCaller, find);
        _wakeUp = new(time, Wake);
    }

    /// <summary>A question is on its way, or will be at once.</summary>
    public bool IsAsking => _asking;

    /// <summary>The quota's key.</summary>
    public string Key { get; }

    /// <summary>It limits a caller's key; there may be any number of them.</summary>
    public bool IsOfCaller { get; }

    internal TimeSpan Now => _time.GetElapsedTime(_origin);

    /// <summary>How many wait for the next lease.</summary>
    public int CountWaiting()
    {
        lock (_gate)
        {
            return _line.Count;
        }
    }

    /// <summary>Reserves from the lease in hand.</summary>
    public bool TryReserve(QuotaAmounts amounts, out Reservation reservation)
    {
        lock (_gate)
        {
            reservation = default;
            return _line.IsEmpty && _stock.TryTake(amounts, Now, out reservation);
        }
    }

    /// <summary>Reserves from the lease in hand, or waits in line for the next one.</summary>
    public ValueTask<ReserveOutcome> ReserveAsync(QuotaAmounts amounts, CancellationToken cancellationToken)
    {
        var outcome = ReserveNow(amounts, cancellationToken, out var waiter);
        return waiter is null ? ValueTask.FromResult(outcome) : new(waiter.WaitAsync());
    }

    /// <summary>What the provider said: nobody reserves until its time is over, and the authority is told.</summary>
    /// <returns>Whether it closed an open quota.</returns>
    public bool ReportEvidence(QuotaEvidence evidence)
    {
        using var turn = BeginTurn();
        var wasOpen = turn.Now >= _stock.ClosedUntil;
        var closes = evidence.ClosedFor > TimeSpan.Zero && Close(turn.Now + evidence.ClosedFor, turn.Now);
        if (closes)
        {
            _agenda.Evidence.AddClosing(_stock.ClosedUntil, evidence.Reason, urgent: wasOpen);
        }

        _agenda.Evidence.AddBudgets(evidence, turn.Now);
        return closes && wasOpen;
    }

    /// <summary>The authority is said to have lost its state.</summary>
    public void Teach()
    {
        using var turn = BeginTurn();
        _agenda.Learning.Teach(turn.Now);
    }

    /// <summary>Where the quota stands, or null when the authority never said.</summary>
    public QuotaStanding? Standing()
    {
        lock (_gate)
        {
            var now = Now;
            return _standing is { } last ? new(last.Snapshot, _stock.Leases.RestAt(now), now - last.At) : null;
        }
    }

    /// <summary>What may be reserved without asking.</summary>
    public QuotaAmounts InHand()
    {
        lock (_gate)
        {
            return _stock.Leases.RestAt(Now);
        }
    }

    /// <summary>Somebody is about to use it.</summary>
    /// <returns>False when it was dropped before.</returns>
    public bool Enter()
    {
        lock (_gate)
        {
            _enteredAt = Now;
            return !_dropped;
        }
    }

    /// <summary>Drops it if it holds nothing and nobody entered for that long.</summary>
    public bool TryDrop(TimeSpan idle)
    {
        lock (_gate)
        {
            var holds = _asking || _agenda.NextAt(_stock, !_line.IsEmpty, _stopping, Now) is not null || !_stock.Leases.IsEmpty;
            _dropped |= !holds && Now - _enteredAt >= idle;
            return _dropped;
        }
    }

    /// <summary>
    /// Reserves nothing more, returns the lease in hand; ends when nothing is in flight and the authority knows all of it.
    /// </summary>
    public Task StopAsync()
    {
        using var turn = BeginTurn();
        _stopping = true;
        _quiet ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        _stock.Leases.CloseOpen();
        _line.Refuse(QuotaAmounts.Zero, ReserveOutcome.Failed(LeaseRules.FailureRetry));
        SignalIfQuiet();
        return _quiet.Task;
    }

    /// <summary>The next question, or null when there is none at this time; then nobody is asking any more.</summary>
    public Question? NextQuestion()
    {
        lock (_gate)
        {
            var now = Now;
            _line.Serve(_stock, now);
            _stock.Leases.CloseExpired(now);
            _asking = false;
            if (!MustStart(now))
            {
                SignalIfQuiet();
                return null;
            }

            return _agenda.IsUnanswered ? _agenda.Repeat(now) : _agenda.Ask(Wish(now), _stock, now, _time.GetUtcNow());
        }
    }

    /// <summary>Takes an answer in.</summary>
    public void Answered(Question question, LeaseAnswer answer)
    {
        lock (_gate)
        {
            var now = Now;
            _stock.Leases.CloseThrough(answer.RevokedThrough);
            if (answer.ClosedFor > TimeSpan.Zero)
            {
                Close(now + answer.ClosedFor, now);
            }

            if (answer.Refusal == LeaseRefusal.StorageFailed)
            {
                Fail(now);
                return;
            }

            _agenda.Answered(question, answer, now);
            _standing = answer.Snapshot is { } snapshot ? (snapshot, now) : _standing;
            if (answer.Refusal != LeaseRefusal.Stale)
            {
                Acknowledge(question, now);
            }

            if (answer.Lease is { } granted)
            {
                Accept(question, granted, now);
            }
            else if (answer.Refusal != LeaseRefusal.None)
            {
                var (least, outcome) = _refusals.Add(answer, question.Request.Least, now);
                _line.Refuse(least, outcome);
            }
        }

        Ease(answer.Lease is not null || question.Reported.Count > 0);
    }

    /// <summary>
    /// The outcome of the question is unknown: it is repeated after a while. All who wait are refused; what is in hand stays good.
    /// </summary>
    public void NotAnswered()
    {
        lock (_gate)
        {
            Fail(Now);
        }
    }

    /// <summary>Asks nothing by itself any more.</summary>
    public void Dispose() => _wakeUp.Dispose();

    internal bool MaySend(ReservationCell cell, long version)
    {
        lock (_gate)
        {
            return !_stopping && cell.IsHeldBy(version) && cell.Lease.MaySend(Now);
        }
    }

    internal void MarkReceived(ReservationCell cell, long version)
    {
        using var turn = BeginTurn();
        if (cell.IsHeldBy(version) && !cell.Received)
        {
            cell.Received = true;
            cell.Lease.Receive(turn.Now);
        }
    }

    internal void End(ReservationCell cell, long version, Ending ending, QuotaAmounts actual)
    {
        var mayReserveAgain = false;
        using (var turn = BeginTurn())
        {
            if (cell.IsHeldBy(version))
            {
                _stock.End(cell, cell.Lease, ending, actual, turn.Now);
                mayReserveAgain = _stock.Leases.Current is not null;
            }
        }

        Ease(mayReserveAgain);
    }

    internal void Leave(Waiter waiter)
    {
        lock (_gate)
        {
            _line.Leave(waiter);
        }
    }

    /// <summary>Has what must be asked asked; called outside the lock after <see cref="MustStart"/> said so.</summary>
    internal void Start() => _start(this);

    /// <summary>Whether asking must begin now; if only later, it sees that it does. Called under the lock.</summary>
    internal bool MustStart(TimeSpan now)
    {
        if (_asking || _agenda.NextAt(_stock, !_line.IsEmpty, _stopping, now) is not { } next)
        {
            return false;
        }

        _asking = next <= now;
        if (!_asking)
        {
            _wakeUp.Set(next, now);
        }

        return _asking;
    }

    private void Ease(bool mayReserveAgain) => (mayReserveAgain ? _eased : null)?.Invoke(this);

    private Turn BeginTurn() => new(this, _gate);

    private void Wake()
    {
        using var turn = BeginTurn();
        _wakeUp.Clear();
        _stock.Leases.CloseExpired(turn.Now);
    }

    private ReserveOutcome ReserveNow(QuotaAmounts amounts, CancellationToken cancellationToken, out Waiter? waiter)
    {
        using var turn = BeginTurn();
        waiter = null;
        if (_line.IsEmpty && _stock.TryTake(amounts, turn.Now, out var reservation))
        {
            return ReserveOutcome.Granted(reservation);
        }

        if (RefusedNow(amounts, turn.Now) is { } refused)
        {
            return refused;
        }

        waiter = new Waiter(this, amounts, cancellationToken);
        _line.Add(waiter);
        return default;
    }

    private ReserveOutcome? RefusedNow(QuotaAmounts amounts, TimeSpan now)
    {
        if (_stopping)
        {
            return ReserveOutcome.Failed(LeaseRules.FailureRetry);
        }

        if (now < _stock.ClosedUntil)
        {
            return ReserveOutcome.Closed(_stock.ClosedUntil - now);
        }

        return _agenda.Pace.SilentFor(now) is var silence && silence > TimeSpan.Zero ? ReserveOutcome.Failed(silence) : _refusals.Find(amounts, now);
    }

    private (QuotaAmounts Wanted, QuotaAmounts Least) Wish(TimeSpan now) => _line.First is { } first
        ? _stock.WishFor(_line, first.Amounts, now)
        : _stock.WishInAdvance(_refusals, now);

    private bool Close(TimeSpan until, TimeSpan now)
    {
        if (!_stock.Close(until))
        {
            return false;
        }

        _line.Refuse(QuotaAmounts.Zero, ReserveOutcome.Closed(until - now));
        return true;
    }

    private void Fail(TimeSpan now)
    {
        _agenda.Pace.NotAnswered(now);
        _line.Refuse(QuotaAmounts.Zero, ReserveOutcome.Failed(_agenda.Pace.SilentFor(now)));
    }

    private void Acknowledge(Question question, TimeSpan now)
    {
        _agenda.Learning.Add(_stock.Leases.Acknowledge(question.Reported), now, _time.GetUtcNow());
        if (question.Reported.Count > 0)
        {
            _refusals.ForgetExhausted();
        }
    }

    private void Accept(Question question, Lease granted, TimeSpan now)
    {
        if (!_stock.Accept(new(granted.Id, granted.Amounts, question.AskedAt, question.SentAt + granted.Lifetime), _stopping, now))
        {
            // The answer took longer than the lease lives: asking again at once would only do the same.
            _line.Refuse(QuotaAmounts.Zero, ReserveOutcome.Failed(LeaseRules.FailureRetry));
        }

        _line.Serve(_stock, now);
        _line.RefuseLate(now);
    }

    private void SignalIfQuiet()
    {
        if (_stock.Leases.IsEmpty && _agenda.NextAt(_stock, somebodyWaits: false, _stopping, Now) is null)
        {
            _quiet?.TrySetResult();
        }
    }
}
