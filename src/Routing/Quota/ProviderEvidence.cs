using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>Compares what a provider says with our own books, and charges what only somebody else can have used.</summary>
/// <remarks>
/// A word is compared with our books as they were when it was said: what left a window since then was still held by the provider, and so was what
/// settlements gave back since. Of a leaky bucket they are compared as they are now, less what may have drained since.
/// While leases are out, the provider's word tells only the least that others used: what we know to be left less what it says. What our books drop
/// when such a lease returns something unused, that had not been given back before, was not ours either, and is charged when it comes back.
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
        _doubts.RemoveAll(doubt => doubt.IsOver(now));
        foreach (var doubt in _doubts)
        {
            if (lease.Id <= doubt.Through)
            {
                doubt.Free -= doubt.Returned(lease, DroppedOf(doubt, other => other == lease, now));
                changed |= Charge(doubt, now);
            }
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
        var doubt = new Doubt(budget, state.LastLease, since, now);
        doubt.Late = DroppedOf(doubt, lease => !lease.Closed && doubt.IsLate(lease), now);
        theirs += budget.DrainsIn(now - since);
        // Below zero where leases of later grants count at a moment at which less had come back.
        var ours = budget.Definition.Amount - book.Spent(budget, LeaseCharges.Of, doubt.MomentAt(now), now);
        doubt.Free = theirs - ours;
        var isTooMuchOut = book.UnusedOf(budget, isRevokedToo: false) > theirs;
        if (isTooMuchOut)
        {
            state.RevokedThrough = state.LastLease;
        }

        var changed = Charge(doubt, now);
        _doubts.RemoveAll(before => before.Budget == budget);
        if (book.UnusedOf(budget, isRevokedToo: true) > 0)
        {
            _doubts.Add(doubt);
        }

        return changed || isTooMuchOut;
    }

    // What our books drop when nothing more was used of leases than is known: a bucket may have drained some of it already.
    private long DroppedOf(Doubt doubt, Predicate<LeaseRecord> isOf, DateTimeOffset now)
    {
        return HeldWith(unused: 1) - HeldWith(unused: 0);

        long HeldWith(int unused) => book.Spent(
            doubt.Budget, (lease, budget, at) => isOf(lease) ? HeldOf(lease, budget, unused) : LeaseCharges.Of(lease, budget, at), doubt.MomentAt(now), now);

        static Charge HeldOf(LeaseRecord lease, BudgetDefinition budget, int unused)
        {
            var used = lease.Used.Of(budget.Metric) + lease.Refunded.Of(budget.Metric);
            var left = Math.Max(0, Math.Min(lease.Amounts.Of(budget.Metric), budget.Amount) - used);
            return new(lease.GrantedAt - lease.Slack, LeaseCharges.EndOf(lease), used + (left * unused));
        }
    }

    private bool Charge(Doubt doubt, DateTimeOffset now)
    {
        if (doubt.Free >= 0)
        {
            return false;
        }

        book.ChargeOthers(doubt.Budget, -doubt.Free, now);
        doubt.Free = 0;
        return true;
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

    // A word about a budget while leases are out.
    private sealed class Doubt(Budget budget, long through, DateTimeOffset since, DateTimeOffset heardAt)
    {
        public Budget Budget => budget;

        /// <summary>The last lease of which it may speak.</summary>
        public long Through => through;

        /// <summary>By how much our books hold more than the provider.</summary>
        public long Free { get; set; }

        /// <summary>How much of it at most is the unused part of leases that had drained in part when it was heard.</summary>
        public long Late { get; set; }

        public bool IsLate(LeaseRecord lease) => LeaseCharges.EndOf(lease) < heardAt;

        public bool IsOver(DateTimeOffset now) => heardAt + DoubtsFor <= now || !budget.IsSameWindow(since + LeaseRules.EvidenceTravel, now);

        /// <summary>As of when the books are compared. The level of a bucket that was empty meanwhile is not known for earlier moments.</summary>
        public DateTimeOffset MomentAt(DateTimeOffset now) => budget is RollingBudget ? since : now;

        /// <summary>What a lease returned that was there still; the level that our books keep is not exact for leases that are late.</summary>
        public long Returned(LeaseRecord lease, long dropped)
        {
            if (!IsLate(lease))
            {
                return dropped;
            }

            dropped = Math.Min(dropped, Late);
            Late -= dropped;
            return dropped;
        }
    }
}
