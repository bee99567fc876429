using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Budgets;

namespace ThotNet.Routing.Quota;

/// <summary>What counts against each budget of a quota: settled amounts and the leases that are out.</summary>
internal sealed class BudgetBook(QuotaState state)
{
    private readonly List<Charge> _charges = [];
    private readonly ReleaseSteps _releases = new();
    private Budget[] _distinct = [];

    /// <summary>The limits as configured.</summary>
    public QuotaDefinition Definition { get; private set; } = new("", []);

    /// <summary>The limits that are kept to, in the same order: no amount is above what the provider said.</summary>
    public ImmutableArray<Budget> Budgets { get; private set; } = [];

    /// <summary>How long the provider may receive requests of a lease granted now.</summary>
    private TimeSpan Span => QuotaLedger.LifetimeFor(Definition) + LeaseRules.ReceiptMargin;

    /// <summary>Puts limits in force, those of <paramref name="definition"/> or what the provider says is less.</summary>
    public void Redefine(QuotaDefinition definition, DateTimeOffset now)
    {
        Definition = definition;
        Budgets = definition.Budgets.Select(budget => Budget.Create(budget with { Amount = EffectiveOf(budget) })).ToImmutableArray();
        _distinct = [.. Budgets.DistinctBy(budget => budget.StateKey)];
        SpentInheritance.Apply(state.Settled, Budgets, now);
        SpentInheritance.Apply(state.Others, Budgets, now);
    }

    /// <summary>Keeps all that counts longer, because another clock decides now.</summary>
    public void Delay(TimeSpan by)
    {
        state.Leases.ForEach(lease => lease.Slack += by);
        foreach (var budget in _distinct)
        {
            budget.Delay(ListOf(state.Settled, budget), by);
            budget.Delay(ListOf(state.Others, budget), by);
        }
    }

    /// <summary>The lease of that number, if that silo holds it and it is not settled; or null.</summary>
    public LeaseRecord? FindLease(long id, string silo)
    {
        foreach (var lease in state.Leases)
        {
            if (lease.Id == id && lease.Silo == silo)
            {
                return lease;
            }
        }

        return null;
    }

    /// <summary>What is left for a use from now on.</summary>
    public long Remaining(Budget budget, DateTimeOffset now) => Math.Max(0, budget.Definition.Amount - Spent(budget, now));

    /// <summary>What counts against a use from now on.</summary>
    public long Spent(Budget budget, DateTimeOffset now) =>
        budget.Spent(ListOf(state.Settled, budget), ChargesOf(budget, LeaseCharges.Of, now), now, now + Span);

    /// <summary>What counts against a use at a moment, with the leases that are out as <paramref name="chargeOf"/> has them.</summary>
    public long Spent(Budget budget, Func<LeaseRecord, BudgetDefinition, DateTimeOffset, Charge> chargeOf, DateTimeOffset moment, DateTimeOffset now) =>
        budget.Spent(ListOf(state.Settled, budget), ChargesOf(budget, chargeOf, now), moment, moment);

    /// <summary>
    /// When a use may fit. What others hold without using it may come back before its time, and what is on its way may prove to have been received
    /// already, so the wait is computed for that, but is no shorter than a poll.
    /// </summary>
    public DateTimeOffset FitsAt(Budget budget, long needed, DateTimeOffset now)
    {
        var fitsAt = budget.FitsAt(ListOf(state.Settled, budget), ChargesOf(budget, LeaseCharges.CertainOf, now), now, Span, needed);
        return fitsAt > now ? fitsAt : now + LeaseRules.ReturnPoll;
    }

    /// <summary>Charges what somebody else has used.</summary>
    public void ChargeOthers(Budget budget, long amount, DateTimeOffset now)
    {
        Charge charge = new(now, now, amount);
        budget.Settle(ListOf(state.Settled, budget), charge, now);
        budget.Settle(ListOf(state.Others, budget), charge, now);
    }

    /// <summary>Takes in what silos say they have spent of a budget.</summary>
    public void Merge(Budget budget, IReadOnlyList<Bucket> reported, DateTimeOffset now) =>
        budget.Merge(ListOf(state.Settled, budget), reported, now);

    /// <summary>Makes the use of a lease final. What has just left a window is kept: a provider may have spoken of it.</summary>
    public void Settle(LeaseRecord lease, DateTimeOffset now)
    {
        foreach (var budget in _distinct)
        {
            var charge = LeaseCharges.Of(lease, budget.Definition, now);
            budget.Settle(ListOf(state.Settled, budget), charge, now - LeaseRules.EvidenceMemory);
        }

        state.Leases.Remove(lease);
    }

    /// <summary>Removes settled amounts that are past, and were so when a provider spoke of whose word we may still hear.</summary>
    public void Forget(DateTimeOffset now)
    {
        now -= LeaseRules.EvidenceMemory;
        foreach (var budget in _distinct)
        {
            budget.Forget(ListOf(state.Settled, budget), now);
            budget.Forget(ListOf(state.Others, budget), now);
        }
    }

    /// <summary>Whether nobody need report about a lease any more.</summary>
    public bool IsPast(LeaseRecord lease, DateTimeOffset now)
    {
        if (LeaseCharges.EndOf(lease) > now)
        {
            return false;
        }

        foreach (var budget in _distinct)
        {
            if (!budget.IsPast(LeaseCharges.Of(lease, budget.Definition, now), now))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What open leases may still spend of a budget.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="isRevokedToo">Whether leases count that are revoked but not yet known to be closed.</param>
    public long UnusedOf(Budget budget, bool isRevokedToo)
    {
        var unused = 0L;
        foreach (var lease in state.Leases)
        {
            if (!lease.Closed && (isRevokedToo || lease.Id > state.RevokedThrough))
            {
                var metric = budget.Definition.Metric;
                unused += Math.Max(0, Math.Min(lease.Amounts.Of(metric), budget.Definition.Amount) - lease.Used.Of(metric));
            }
        }

        return unused;
    }

    /// <summary>Revokes the leases that are out if more than a whole budget is spent or held.</summary>
    public bool RevokeIfOverdrawn(DateTimeOffset now)
    {
        foreach (var budget in Budgets)
        {
            if ((Spent(budget, now) > budget.Definition.Amount && UnusedOf(budget, isRevokedToo: false) > 0) || IsAnyLargerThan(budget))
            {
                state.RevokedThrough = state.LastLease;
                return true;
            }
        }

        return false;
    }

    // A lease counts for no more than a whole budget, so the sum does not tell.
    private bool IsAnyLargerThan(Budget budget)
    {
        foreach (var lease in state.Leases)
        {
            if (!lease.Closed && lease.Id > state.RevokedThrough && lease.Amounts.Of(budget.Definition.Metric) > budget.Definition.Amount)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>When how much is free if nobody uses it, as <see cref="FitsAt"/> has it.</summary>
    public ImmutableArray<BudgetRelease> ReleasesOf(Budget budget, DateTimeOffset now)
    {
        var settled = ListOf(state.Settled, budget);
        var remaining = Math.Max(0, budget.Definition.Amount - budget.Spent(settled, ChargesOf(budget, LeaseCharges.Of, now), now, now + Span));
        var certain = ChargesOf(budget, LeaseCharges.CertainOf, now);
        budget.AddReleases(settled, certain, now, Span, _releases.Begin());
        return _releases.End(budget.Definition.Amount - budget.Spent(settled, certain, now, now + Span), remaining);
    }

    /// <summary>Where every budget stands.</summary>
    /// <param name="now">The present.</param>
    /// <param name="withReleases">Whether it is to be said when how much is free.</param>
    public ImmutableArray<BudgetSnapshot> Snapshots(DateTimeOffset now, bool withReleases)
    {
        var all = ImmutableArray.CreateBuilder<BudgetSnapshot>(Budgets.Length);
        for (var index = 0; index < Budgets.Length; index++)
        {
            all.Add(SnapshotOf(Budgets[index], Definition.Budgets[index], now, withReleases));
        }

        return all.MoveToImmutable();
    }

    private BudgetSnapshot SnapshotOf(Budget budget, BudgetDefinition configured, DateTimeOffset now, bool withReleases)
    {
        var settled = ListOf(state.Settled, budget);
        var used = budget.Spent(settled, ChargesOf(budget, LeaseCharges.UsedOf, now), now, now);
        var charges = ChargesOf(budget, LeaseCharges.Of, now);
        var all = Math.Max(used, budget.Spent(settled, charges, now, now));
        var resetsIn = budget.ResetsAt(settled, charges, now) is { } at && at > now ? at - now : TimeSpan.Zero;
        var limit = budget.Definition.Amount;
        return new(configured, used, all - used, Math.Max(0, limit - all), resetsIn)
        {
            UsedByOthers = Math.Min(used, budget.Spent(ListOf(state.Others, budget), [], now, now)),
            ProviderLimit = limit < configured.Amount ? limit : null,
            Releases = withReleases ? ReleasesOf(budget, now) : [],
        };
    }

    private long EffectiveOf(BudgetDefinition budget)
    {
        foreach (var said in state.Limits)
        {
            if (said.Metric == budget.Metric && said.Window == budget.Window)
            {
                return Math.Min(budget.Amount, said.Limit);
            }
        }

        return budget.Amount;
    }

    private List<Charge> ChargesOf(Budget budget, Func<LeaseRecord, BudgetDefinition, DateTimeOffset, Charge> chargeOf, DateTimeOffset now)
    {
        _charges.Clear();
        foreach (var lease in state.Leases)
        {
            _charges.Add(chargeOf(lease, budget.Definition, now));
        }

        return _charges;
    }

    private static List<Bucket> ListOf(Dictionary<string, List<Bucket>> settled, Budget budget)
    {
        if (!settled.TryGetValue(budget.StateKey, out var buckets))
        {
            settled[budget.StateKey] = buckets = [];
        }

        return buckets;
    }
}
