using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;
using ThotNet.Routing.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>
/// What left for the provider, counted there and not in our books: <see cref="AssertNoOverspend"/> tries every window against all of it.
/// </summary>
internal sealed class WorldProvider
{
    public static readonly DateTimeOffset Start = new(2026, 7, 1, 11, 59, 20, TimeSpan.Zero);

    private readonly List<WorldSend> _sends = [];
    private readonly List<(long KnownLease, double At)> _losses = [];
    private readonly List<(double At, long Amount)> _foreign = [];
    private readonly List<(double SaidAt, double HeardAt, long Beyond)> _heard = [];
    private double _safeShare;

    public int Sent => _sends.Count;

    public void Add(WorldSend send) => _sends.Add(send);

    /// <summary>The authority's state was lost: leases above a number are unknown.</summary>
    public void Lost(long knownLease, double at) => _losses.Add((knownLease, at));

    /// <summary>Somebody else uses the account.</summary>
    public void UseByOthers(double at, long requests) => _foreign.Add((at, requests));

    /// <summary>The authority has heard what was said of a rolling window.</summary>
    /// <param name="budget">Where the books stood just before.</param>
    /// <param name="saidAt">When the provider said it.</param>
    /// <param name="heardAt">When the authority heard it.</param>
    public void Heard(BudgetSnapshot budget, double saidAt, double heardAt)
    {
        var (ours, others) = SeenAt(budget.Definition, saidAt);
        if (ours + others > budget.Definition.Amount)
        {
            // It would have refused some, and does not say how much too many there were.
            return;
        }

        var isOut = Math.Max(0, budget.Used - budget.UsedByOthers + budget.Outstanding - ours);
        _heard.Add((saidAt, heardAt, isOut + Math.Max(0, budget.UsedByOthers - others)));
    }

    /// <summary>
    /// No window of any budget may hold more than its amount, wherever in its interval each request arrived, and no leaky bucket may flow
    /// over, in whatever order requests arrived. A window is judged by the limits that were in force when the last lease used in it was granted.
    /// </summary>
    /// <param name="limits">The limits from first to last, each time the same metrics, windows and kinds.</param>
    public void AssertNoOverspend(IReadOnlyList<QuotaDefinition> limits)
    {
        _safeShare = limits[^1].SafeShare;
        for (var index = 0; index < limits[^1].Budgets.Length; index++)
        {
            var amounts = limits.Select(definition => definition.Budgets[index].Amount).ToArray();
            var budget = limits[^1].Budgets[index];
            if (budget.Metric == BudgetMetric.ConcurrentRequests)
            {
                AssertNeverMoreAtOnce(budget);
            }
            else if (budget.Kind == BudgetKind.LeakyBucket)
            {
                AssertNoOverflow(budget, limits.Count - 1);
            }
            else
            {
                AssertNoWindowOverspent(budget, amounts);
            }
        }
    }

    /// <summary>What was used by others before the authority was told leaves no more for us than the rest, and what our books held beyond it.</summary>
    public void AssertOthersAreRespected(BudgetDefinition budget)
    {
        foreach (var (saidAt, heardAt, beyond) in _heard)
        {
            foreach (var send in _sends.Where(send => send.Sent > heardAt))
            {
                var from = send.Sent - budget.Window.TotalSeconds;
                var ours = _sends.Where(other => other.Sent <= send.Sent && other.Received >= from).Sum(other => other.Amounts.Of(budget.Metric));
                var theirs = _foreign.Where(use => use.At >= from && use.At <= saidAt).Sum(use => use.Amount);
                Assert.True(theirs == 0 || ours + theirs <= budget.Amount + beyond, $"{ours} and {theirs} of {budget.Amount}, {beyond} beyond, at {send.Sent:f3}");
            }
        }
    }

    /// <summary>What the provider says is left: it holds what was reserved until the answer ends.</summary>
    public long Remaining(BudgetDefinition budget, double now)
    {
        if (budget.Kind == BudgetKind.LeakyBucket)
        {
            return Math.Max(0, BucketAt(budget, now).Remaining(Ticks(now)));
        }

        var (ours, others) = SeenAt(budget, now);
        return Math.Max(0, budget.Amount - ours - others);
    }

    private (long Ours, long Others) SeenAt(BudgetDefinition budget, double now)
    {
        var from = budget.Kind == BudgetKind.Rolling
            ? now - budget.Window.TotalSeconds
            : (new CalendarBudget(budget).WindowAt(Start + TimeSpan.FromSeconds(now)).Start - Start).TotalSeconds;
        var ours = _sends.Select((send, index) => (Send: send, At: Arrival(send, index)))
            .Where(arrived => arrived.At >= from && arrived.At <= now)
            .Sum(arrived => (arrived.Send.Ended <= now ? arrived.Send.Amounts : arrived.Send.Reserved).Of(budget.Metric));
        return (ours, _foreign.Where(use => use.At >= from && use.At <= now).Sum(use => use.Amount));
    }

    private void AssertNoWindowOverspent(BudgetDefinition budget, long[] amounts)
    {
        foreach (var (from, to) in WindowsOf(budget))
        {
            var sends = _sends.FindAll(send => send.Sent <= to && send.Received >= from);
            var amount = amounts[sends.Max(send => send.Lease.Limits)];
            var counted = sends.FindAll(send => IsCounted(send, budget));
            var sum = counted.Sum(send => send.Amounts.Of(budget.Metric));
            Assert.True(sum <= amount + MaskedIn(counted, budget) + UnknowingIn(counted, budget), $"{budget.Kind} {budget.Metric} {budget.Window}: {sum} of {amount} in {from:f3} to {to:f3}");
        }
    }

    // Of long windows those do not count of which nobody knows any more: the authority lost it, and the silo that sent it is gone.
    private bool IsCounted(WorldSend send, BudgetDefinition budget) => budget.Window < LeaseRules.LongWindow || !IsForgotten(send);

    // Of long windows the larger of stored and told counts: what living silos used and the record does not know may hide behind what it knows of the dead,
    // be it that they used that while others had not told yet.
    private long MaskedIn(IReadOnlyCollection<WorldSend> sends, BudgetDefinition budget) => budget.Window < LeaseRules.LongWindow ? 0 : _losses.Sum(loss => Math.Min(
        sends.Where(send => double.IsFinite(send.Silo.DiedAt) && (send.Lease.Id <= loss.KnownLease || send.Lease.IsGrantedWhileLearning)).Sum(send => send.Amounts.Of(budget.Metric)),
        sends.Where(send => send.Lease.Id > loss.KnownLease && send.Sent <= loss.At).Sum(send => send.Amounts.Of(budget.Metric))));

    // The last lease of a window was granted when all other use of it was counted, unless silos had not told yet: then the safe share was its limit.
    private long UnknowingIn(IReadOnlyCollection<WorldSend> sends, BudgetDefinition budget) =>
        budget.Window < LeaseRules.LongWindow || sends.MaxBy(send => send.Lease.Id)?.Lease.IsGrantedWhileLearning != true ? 0 : Math.Min(
            _losses.Count * (long)(_safeShare * budget.Amount),
            sends.Where(send => send.Lease.IsGrantedWhileLearning).Sum(send => send.Amounts.Of(budget.Metric)));

    private bool IsForgotten(WorldSend send) =>
        double.IsFinite(send.Silo.DiedAt) && _losses.Exists(loss => send.Lease.Id > loss.KnownLease && send.Sent <= loss.At);

    private void AssertNeverMoreAtOnce(BudgetDefinition budget)
    {
        var running = 0;
        var events = _sends.SelectMany(send => new[] { (At: send.Sent, Change: 1), (At: EndOf(send, budget), Change: -1) });
        foreach (var (at, change) in events.OrderBy(entry => entry.At).ThenBy(entry => entry.Change))
        {
            running += change;
            Assert.True(running <= budget.Amount, $"{running} at once of {budget.Amount} at {at:f3}");
        }
    }

    // The requests of a silo that has crashed run on until its places are free again.
    private static double EndOf(WorldSend send, BudgetDefinition budget) =>
        send.Ended ?? (double.IsFinite(send.Silo.DiedAt) ? Math.Max(send.Sent, send.Silo.HeardAt + budget.Window.TotalSeconds) : double.PositiveInfinity);

    private void AssertNoOverflow(BudgetDefinition budget, int limits)
    {
        var sends = _sends.FindAll(send => (limits == 0 || send.Lease.Limits == limits) && IsCounted(send, budget));
        var masked = MaskedIn(sends, budget);
        AssertNoOverflowAnywhere(budget, sends, masked);
        if (masked == 0 && (budget.Window < LeaseRules.LongWindow || !sends.Exists(send => send.Lease.IsGrantedWhileLearning)))
        {
            AssertNoOverflowAtProvider(budget, sends);
        }
    }

    // From any moment to any later one: what may have arrived between them is at most the amount and what drains meanwhile. Times are in
    // ticks; each is rounded once, hence two ticks of grace.
    private void AssertNoOverflowAnywhere(BudgetDefinition budget, List<WorldSend> all, long masked)
    {
        var sends = all.Select(send => (From: Ticks(send.Sent), To: Ticks(send.Received), Amount: send.Amounts.Of(budget.Metric), Send: send))
            .OrderByDescending(send => send.To)
            .ToArray();
        foreach (var (end, _, _, last) in sends)
        {
            var sum = 0L;
            foreach (var (_, to, amount, first) in sends.Where(send => send.From <= end))
            {
                sum += amount;
                var drains = (Int128)(Math.Max(0, end - to) + 2) * budget.Amount;
                var excess = (sum - budget.Amount - masked) * (Int128)budget.Window.Ticks - drains;
                Assert.True(
                    excess <= 0 || excess <= (Int128)UnknowingIn(all.FindAll(send => send.Sent <= last.Sent && send.Received >= first.Received), budget) * budget.Window.Ticks,
                    $"{budget.Metric}: {sum} of {budget.Amount} in {end - to} ticks");
            }
        }
    }

    // One provider that receives each request at some moment of its interval, reserves for it, and corrects that when the answer ends.
    private static void AssertNoOverflowAtProvider(BudgetDefinition budget, List<WorldSend> sends)
    {
        var bucket = new ProviderBucket(budget);
        foreach (var (at, send, isEnd) in InOrder(sends))
        {
            Assert.True(Apply(bucket, at, send, isEnd, budget.Metric), $"The provider's bucket of {budget.Amount} {budget.Metric} flows over at {at}.");
        }
    }

    private ProviderBucket BucketAt(BudgetDefinition budget, double now)
    {
        var bucket = new ProviderBucket(budget);
        foreach (var (at, send, isEnd) in InOrder(_sends).Where(entry => entry.At <= Ticks(now)))
        {
            Apply(bucket, at, send, isEnd, budget.Metric);
        }

        return bucket;
    }

    private static bool Apply(ProviderBucket bucket, long at, WorldSend send, bool isEnd, BudgetMetric metric)
    {
        var reserved = send.Reserved.Of(metric);
        if (!isEnd)
        {
            return bucket.TryAdd(at, reserved);
        }

        bucket.GiveBack(at, reserved - send.Amounts.Of(metric));
        return true;
    }

    private static IEnumerable<(long At, WorldSend Send, bool IsEnd)> InOrder(List<WorldSend> sends) =>
        sends.SelectMany(EventsOf).OrderBy(entry => entry.At).ThenByDescending(entry => entry.IsEnd);

    private static IEnumerable<(long At, WorldSend Send, bool IsEnd)> EventsOf(WorldSend send, int index)
    {
        var (sent, received) = (Ticks(send.Sent), Ticks(send.Received));
        yield return (sent + (received - sent) * (index * 7 % 5) / 4, send, false);
        if (send.Ended is { } ended)
        {
            yield return (Ticks(ended), send, true);
        }
    }

    private static double Arrival(WorldSend send, int index) => send.Sent + ((send.Received - send.Sent) * (index * 7 % 5) / 4);

    private static long Ticks(double seconds) => TimeSpan.FromSeconds(seconds).Ticks;

    private IEnumerable<(double From, double To)> WindowsOf(BudgetDefinition budget)
    {
        if (budget.Kind == BudgetKind.Rolling)
        {
            return _sends.Select(send => (send.Sent - budget.Window.TotalSeconds, send.Sent));
        }

        var calendar = new CalendarBudget(budget);
        return _sends.SelectMany(send => new[] { send.Sent, send.Received })
            .Select(time => calendar.WindowAt(Start + TimeSpan.FromSeconds(time)))
            .Distinct()
            .Select(window => ((window.Start - Start).TotalSeconds, (window.End - Start).TotalSeconds - 1e-6));
    }
}
