using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Quotas;

/// <summary>Where a quota stands.</summary>
/// <param name="Used">What the provider holds against the account: admitted requests only.</param>
/// <param name="Arrived">The judge's count: refused requests too.</param>
/// <param name="WorstOverspend">Most that <paramref name="Arrived"/> ever was above what others had left of the limit; 0 if it never was.</param>
/// <param name="UsedByOthers">What other users of the account spent; in <paramref name="Used"/> too.</param>
internal readonly record struct QuotaStanding(long Used, long Arrived, long WorstOverspend, long UsedByOthers = 0);

/// <summary>
/// One limit with its two counts. The provider's count has what was admitted and decides refusals. The judge's count has everything
/// that arrived, refused or not, and never decides anything: its excess over the limit is the overspend.
/// </summary>
/// <remarks>
/// What the judge counts, in its strictest reading. Requests: each one that arrives with a valid key, whatever becomes of it (malformed,
/// unknown model, forced fault, refused). Tokens: what the provider charged, and, for a request that this very quota refused, what it
/// would have been charged. An oversize request (413) can never be served and spends no tokens.
/// Other users of the account: what they spend the provider holds against the account like all else. The judge takes it from the limit, as
/// far as there was room for it, and blames nobody for what was spent before. What arrives within <see cref="ForeignUse.Grace"/> after it
/// is excused up to its amount, because nobody could know of it yet; later arrivals are overspend again.
/// Not thread-safe: the account's lock guards it.
/// </remarks>
internal sealed class Quota(string name, SimulatedQuota definition)
{
    private readonly QuotaCounter _admitted = QuotaCounter.For(definition);
    private readonly QuotaCounter _arrived = QuotaCounter.For(definition);
    private readonly ForeignUse _others = new(definition);
    private long _worstOverspend;

    public string Name => name;

    public SimulatedQuota Definition => definition;

    /// <summary>Tokens of leaky buckets are charged on arrival with the whole completion budget, others at the end with the real use.</summary>
    public bool ChargesAtEnd => definition is { Metric: QuotaMetric.Tokens, Kind: not QuotaKind.LeakyBucket };

    /// <summary>What a request must find free: 1 request, the tokens asked for, or, when those are charged later, one free token.</summary>
    public long Needs(Demand demand) => definition.Metric switch
    {
        QuotaMetric.Requests => 1,
        _ when ChargesAtEnd => demand.Tokens == 0 ? 0 : 1,
        _ => demand.Tokens,
    };

    public bool IsTooLarge(Demand demand) =>
        !ChargesAtEnd && definition.Metric == QuotaMetric.Tokens && demand.Tokens > definition.Amount;

    public bool Fits(Moment now, long needed) => _admitted.Used(now) + needed <= definition.Amount;

    public TimeSpan WaitFor(Moment now, long needed) =>
        needed > definition.Amount ? definition.Window : _admitted.UntilAtMost(now, definition.Amount - needed);

    public long Used(Moment now) => _admitted.Used(now);

    public TimeSpan UntilEmpty(Moment now) => _admitted.UntilAtMost(now, 0);

    /// <summary>Counts what the provider admits; the judge counts it too.</summary>
    public void Charge(Moment now, long amount)
    {
        _admitted.Add(now, amount);
        Judge(now, amount);
    }

    /// <summary>Counts what another user of the account spent.</summary>
    public void ChargeOthers(Moment now, long amount)
    {
        _others.Add(now, amount, room: definition.Amount - _arrived.Used(now));
        _admitted.Add(now, amount);
    }

    /// <summary>Counts what arrived but was not admitted.</summary>
    public void Judge(Moment now, long amount)
    {
        _arrived.Add(now, amount);
        var excess = _arrived.Used(now) + _others.Taken(now) - definition.Amount;
        excess -= _others.Excuse(now, Math.Min(excess, amount));
        _worstOverspend = Math.Max(_worstOverspend, excess);
    }

    public QuotaStanding Standing(Moment now) => new(_admitted.Used(now), _arrived.Used(now), _worstOverspend, _others.Used(now));
}
