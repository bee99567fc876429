using System.Collections.Immutable;

namespace ThotNet.Grains.Abstractions.Quota;

/// <summary>A chunk of a quota that one silo may spend until it expires.</summary>
/// <param name="Id">Number of the lease, unique within its quota.</param>
/// <param name="Amounts">What may be reserved from it in all.</param>
/// <param name="Lifetime">
/// How long reservations may be made. The silo measures it on a monotonic clock from the moment it asked, so that it always
/// stops before the authority does.
/// </param>
[GenerateSerializer, Immutable, Alias("thotnet.Lease")]
public sealed record Lease(long Id, QuotaAmounts Amounts, TimeSpan Lifetime);

/// <summary>What a silo has done with a lease so far: running totals, so that a repeated or reordered report changes nothing.</summary>
/// <param name="LeaseId">The lease.</param>
/// <param name="Used">Settled use plus the reservations still in flight; of <see cref="QuotaAmounts.Concurrent"/> what is in flight now.</param>
/// <param name="LastUse">
/// From the moment the silo asked for the lease to the moment by which the provider had surely received the last request
/// sent under it (response headers, or the end of the attempt). While a request is on its way, a time in the future by which it will
/// have been received; a later report corrects it.
/// </param>
/// <param name="Closed">No further reservation will be made from the lease.</param>
/// <param name="Settled">Nothing is in flight any more: <paramref name="Used"/> is final. Implies <paramref name="Closed"/>.</param>
/// <param name="Refunded">
/// What settlements have given back so far. A provider that charges on arrival what may be used (Groq, wire.md 3.2) held it a moment ago, so that
/// its own word about what remains must not be mistaken for somebody else's use.
/// </param>
[GenerateSerializer, Immutable, Alias("thotnet.LeaseReport")]
public sealed record LeaseReport(long LeaseId, QuotaAmounts Used, TimeSpan LastUse, bool Closed, bool Settled, QuotaAmounts Refunded = default);

/// <summary>What a provider said about one of its limits. It may lower what we believe is left, never raise it above our own count.</summary>
/// <param name="Metric">What the limit counts.</param>
/// <param name="Window">Length of its window; it speaks of our budgets of the same metric and length.</param>
/// <param name="Limit">The provider's limit, or null when it does not say.</param>
/// <param name="Remaining">What the provider says is left, at least 0, or null when it does not say.</param>
/// <param name="Age">How long ago it said so, when the question is sent.</param>
[GenerateSerializer, Immutable, Alias("thotnet.BudgetEvidence")]
public sealed record BudgetEvidence(BudgetMetric Metric, TimeSpan Window, long? Limit, long? Remaining, TimeSpan Age = default);

/// <summary>What a provider said about our quota.</summary>
/// <param name="ClosedFor">The provider refused us (429) and takes nothing for this long, counted from the answer; zero when it did not refuse.</param>
/// <param name="Reason">Short words for operators, without secrets.</param>
[GenerateSerializer, Immutable, Alias("thotnet.QuotaEvidence")]
public sealed record QuotaEvidence(TimeSpan ClosedFor, string Reason)
{
    /// <summary>What it said about single limits; never default.</summary>
    [Id(2)]
    public ImmutableArray<BudgetEvidence> Budgets { get; init; } = [];
}

/// <summary>
/// A part of what a silo has spent of a budget under leases that the authority knows to be settled. All parts together are its running total, from
/// which an authority that has lost its state learns.
/// </summary>
/// <param name="Budget">Under what name the budget's use is stored.</param>
/// <param name="At">Milliseconds since 1970, as the budget's kind has it.</param>
/// <param name="Amount">How much.</param>
[GenerateSerializer, Immutable, Alias("thotnet.SpentPart")]
public readonly record struct SpentPart(string Budget, long At, long Amount);

/// <summary>A silo's question to the authority of a quota: here is what I used, this much I want.</summary>
/// <param name="Silo">Address and incarnation of the asking silo.</param>
/// <param name="Sequence">Grows by one with each new question; the repeat of a question carries the number of the first.</param>
/// <param name="Wanted">What the waiting requests and the near future need; zero to report only.</param>
/// <param name="Least">What the first waiting request needs: less than this is of no use. Zero when <paramref name="Wanted"/> is.</param>
/// <param name="Reports">Leases whose totals changed since the last acknowledged question.</param>
/// <param name="Evidence">What the provider said, if it said anything new.</param>
[GenerateSerializer, Immutable, Alias("thotnet.LeaseRequest")]
public sealed record LeaseRequest(
    string Silo,
    long Sequence,
    QuotaAmounts Wanted,
    QuotaAmounts Least,
    ImmutableArray<LeaseReport> Reports,
    QuotaEvidence? Evidence = null)
{
    /// <summary>All that the silo has spent, when the authority learns; null otherwise. Empty says: nothing since this silo started.</summary>
    [Id(6)]
    public ImmutableArray<SpentPart>? History { get; init; }

    /// <summary>The highest lease number that the silo ever got for this quota, or 0. An authority that does not know it has lost state.</summary>
    [Id(7)]
    public long LastLease { get; init; }

    /// <summary>Whether the answer should tell where every budget stands.</summary>
    [Id(8)]
    public bool WantsSnapshot { get; init; }
}

/// <summary>Why no lease was granted.</summary>
public enum LeaseRefusal
{
    /// <summary>A lease was granted, or none was asked for.</summary>
    None,

    /// <summary>A budget is spent until <see cref="LeaseAnswer.RetryAfter"/>.</summary>
    Exhausted,

    /// <summary>The provider closed the quota; see <see cref="LeaseAnswer.RetryAfter"/>.</summary>
    Closed,

    /// <summary>The request is larger than a whole budget and can never be served here.</summary>
    TooLarge,

    /// <summary>The quota has no definition: no provider of that name is configured.</summary>
    Unknown,

    /// <summary>The question is older than one already answered.</summary>
    Stale,

    /// <summary>The store did not confirm the grant, so it was not given.</summary>
    StorageFailed,

    /// <summary>The authority has lost state and hears from the silos what was spent before it grants anything.</summary>
    Learning,
}

/// <summary>The authority's answer, given only after the grant was stored.</summary>
/// <param name="Sequence">The question it answers.</param>
/// <param name="Lease">What was granted, or null.</param>
/// <param name="Refusal">Why nothing was granted.</param>
/// <param name="RetryAfter">Earliest time at which <see cref="LeaseRequest.Least"/> may be granted, from now; zero with a lease.</param>
/// <param name="DayExhausted">
/// The refusing budget's window is an hour or longer and does not drain: waiting is hopeless for a caller. A leaky bucket is judged by the
/// wait alone.
/// </param>
[GenerateSerializer, Immutable, Alias("thotnet.LeaseAnswer")]
public sealed record LeaseAnswer(long Sequence, Lease? Lease, LeaseRefusal Refusal, TimeSpan RetryAfter, bool DayExhausted = false)
{
    /// <summary>For how long the provider takes nothing, from now; zero while the quota is open. Also told to those who want nothing.</summary>
    [Id(5)]
    public TimeSpan ClosedFor { get; init; }

    /// <summary>
    /// Nothing more may be reserved from leases up to this number: less is left than was believed when they were granted. 0 revokes none.
    /// </summary>
    [Id(6)]
    public long RevokedThrough { get; init; }

    /// <summary>The authority learns: the next question must carry <see cref="LeaseRequest.History"/>.</summary>
    [Id(7)]
    public bool Learning { get; init; }

    /// <summary>Where every budget stands, if <see cref="LeaseRequest.WantsSnapshot"/>.</summary>
    [Id(8)]
    public QuotaSnapshot? Snapshot { get; init; }
}
