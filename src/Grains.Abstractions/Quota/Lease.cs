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
/// <param name="Used">Settled use plus the reservations still in flight.</param>
/// <param name="LastUse">
/// From the moment the silo asked for the lease to the moment by which the provider had surely received the last request
/// sent under it (response headers, or the end of the attempt). While a request is on its way, a time in the future by which it will
/// have been received; a later report corrects it.
/// </param>
/// <param name="Closed">No further reservation will be made from the lease.</param>
/// <param name="Settled">Nothing is in flight any more: <paramref name="Used"/> is final. Implies <paramref name="Closed"/>.</param>
[GenerateSerializer, Immutable, Alias("thotnet.LeaseReport")]
public sealed record LeaseReport(long LeaseId, QuotaAmounts Used, TimeSpan LastUse, bool Closed, bool Settled);

/// <summary>What a provider said about our quota: it may only lower what we believe is left.</summary>
/// <param name="ClosedFor">The provider refused us (429) and takes nothing for this long, counted from the answer.</param>
/// <param name="Reason">Short words for operators, without secrets.</param>
[GenerateSerializer, Immutable, Alias("thotnet.QuotaEvidence")]
public sealed record QuotaEvidence(TimeSpan ClosedFor, string Reason);

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
    QuotaEvidence? Evidence = null);

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
public sealed record LeaseAnswer(long Sequence, Lease? Lease, LeaseRefusal Refusal, TimeSpan RetryAfter, bool DayExhausted = false);
