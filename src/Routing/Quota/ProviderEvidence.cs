using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>Compares what a provider says with our own books, and charges what only somebody else can have used.</summary>
/// <remarks>
/// A word is compared with our books as they were when it was said: what left a window since then, or drained, was still held by the provider, and so
/// was what settlements gave back since.
/// While leases are out, the provider's word tells only the least that others used: what we know to be left less what it says. What such a lease
/// then returns unused, and had not been given back before, was not ours either, and is charged when it comes back.
/// </remarks>
/// <param name="state">The quota's state.</param>
/// <param name="book">Its budgets.</param>
/// <param name="begun">When this authority began: it does not know what was given back before.</param>
internal sealed class ProviderEvidence(QuotaState state, BudgetBook book, DateTimeOffset begun)
{
    // Longer than leases live and requests travel: by then those that were out have come back, or count whole.
    private static readonly TimeSpan DoubtsFor = TimeSpan.FromSeconds(30);

    private readonly List<(DateTimeOffset At, QuotaAmounts Amounts)> _refunds = [];
    private readonly List<Doubt> _doubts = [];

    /// <summary>Takes in what the provider said; true if that changed anything.</summary>
    public bool Take(QuotaEvidence evidence, DateTimeOffset now)
    {
        var changed = TakeClosing(evidence, now);
        foreach (var said in evidence.Budgets)
        {
            changed |= said.Limit is { } limit && TakeLimit(said, limit, now);
            changed |= said.Remaining is { } remaining && TakeRemaining(said, remaining, now);
        }

        return book.RevokeIfOverdrawn(now) || changed;
    }

    /// <summary>What a settlement gave back just now.</summary>
    public void Refunded(QuotaAmounts amounts, DateTimeOffset now)
    {
        if (amounts != QuotaAmounts.Zero)
        {
            _refunds.Add((now, amounts));
        }
    }

    /// <summary>A lease came back that was open until now; true if what it did not use was charged.</summary>
    public bool Returned(LeaseRecord lease, DateTimeOffset now)
    {
        var changed = false;
        _doubts.RemoveAll(doubt => doubt.Until <= now);
        foreach (var doubt in _doubts)
        {
            var metric = doubt.Budget.Definition.Metric;
            var held = Math.Min(lease.Amounts.Of(metric), doubt.Budget.Definition.Amount);
            var unused = held - lease.Used.Of(metric) - lease.Refunded.Of(metric);
            if (lease.Id > doubt.Through || unused <= 0)
            {
                continue;
            }

            var free = Math.Min(doubt.Free, unused);
            doubt.Free -= free;
            changed |= unused > free;
            book.ChargeOthers(doubt.Budget, unused - free, now);
        }

        return changed;
    }

    /// <summary>Forgets provider limits that were not said for a long time; true if there were any.</summary>
    public bool Forget(DateTimeOffset now)
    {
        _refunds.RemoveAll(refund => refund.At + LeaseRules.EvidenceMemory <= now);
        if (state.Limits.RemoveAll(limit => limit.SaidAt + LeaseRules.LimitMemory <= now) == 0)
        {
            return false;
        }

        book.Redefine(book.Definition, now);
        return true;
    }

    /// <summary>Limits have changed: what was remembered about single budgets is void.</summary>
    public void Redefined() => _doubts.Clear();

    private bool TakeClosing(QuotaEvidence evidence, DateTimeOffset now)
    {
        var closedFor = evidence.ClosedFor < LeaseRules.LongestClosing ? evidence.ClosedFor : LeaseRules.LongestClosing;
        if (closedFor <= TimeSpan.Zero || now + closedFor <= state.ClosedUntil)
        {
            return false;
        }

        state.ClosedUntil = now + closedFor;
        state.ClosedReason = evidence.Reason;
        return true;
    }

    private bool TakeLimit(BudgetEvidence said, long limit, DateTimeOffset now)
    {
        // A limit of nothing is no limit of an account in use, but a mistake somewhere.
        if (limit < 1 || !book.Definition.Budgets.Any(budget => Matches(budget, said)))
        {
            return false;
        }

        var saidAt = SaidAt(said, now);
        var known = state.Limits.Find(known => known.Metric == said.Metric && known.Window == said.Window);
        if (known is not null && known.SaidAt > saidAt)
        {
            return false;
        }

        if (known is null)
        {
            state.Limits.Add(known = new() { Metric = said.Metric, Window = said.Window });
        }

        var isOther = known.Limit != limit;
        known.SaidAt = saidAt;
        known.Limit = limit;
        if (isOther)
        {
            book.Redefine(book.Definition, now);
            Redefined();
        }

        return isOther;
    }

    private bool TakeRemaining(BudgetEvidence said, long remaining, DateTimeOffset now)
    {
        var since = SaidAt(said, now) - LeaseRules.EvidenceTravel;
        if (since < begun || since + LeaseRules.EvidenceMemory < now)
        {
            return false;
        }

        var changed = false;
        var theirs = Math.Max(0, remaining) + RefundedOf(said.Metric, since);
        foreach (var budget in book.Budgets)
        {
            if (Matches(budget.Definition, said) && budget.IsSameWindow(SaidAt(said, now), now))
            {
                changed |= Compare(budget, theirs, since, now);
            }
        }

        return changed;
    }

    private bool Compare(Budget budget, long theirs, DateTimeOffset since, DateTimeOffset now)
    {
        // The level of a bucket that was empty meanwhile is not known for earlier moments.
        theirs += budget.DrainsIn(now - since);
        // Below zero where leases of later grants count at a moment at which less had come back.
        var ours = budget.Definition.Amount - book.Spent(budget, since);
        var unused = book.UnusedOf(budget, isRevokedToo: false);
        _doubts.RemoveAll(doubt => doubt.Budget == budget);
        if (book.UnusedOf(budget, isRevokedToo: true) > 0)
        {
            _doubts.Add(new(budget, state.LastLease, now + DoubtsFor) { Free = Math.Max(0, theirs - ours) });
        }

        if (unused > theirs)
        {
            state.RevokedThrough = state.LastLease;
        }

        if (theirs < ours)
        {
            book.ChargeOthers(budget, ours - theirs, now);
        }

        return theirs < ours || unused > theirs;
    }

    private long RefundedOf(BudgetMetric metric, DateTimeOffset since)
    {
        var sum = 0L;
        foreach (var (at, amounts) in _refunds)
        {
            sum += at >= since ? amounts.Of(metric) : 0;
        }

        return sum;
    }

    private static DateTimeOffset SaidAt(BudgetEvidence said, DateTimeOffset now) =>
        now - TimeSpan.FromTicks(Math.Clamp(said.Age.Ticks, 0, LeaseRules.LongestUse.Ticks));

    private static bool Matches(BudgetDefinition budget, BudgetEvidence said) =>
        budget.Metric == said.Metric && budget.Window == said.Window && budget.Metric != BudgetMetric.ConcurrentRequests;

    private sealed class Doubt(Budget budget, long through, DateTimeOffset until)
    {
        public Budget Budget => budget;

        public long Through => through;

        public DateTimeOffset Until => until;

        public long Free { get; set; }
    }
}
