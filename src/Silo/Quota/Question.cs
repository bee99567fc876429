using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>One question to the authority, kept until its outcome is known.</summary>
/// <param name="Request">What is asked; a repeat sends the very same, except that the provider's word has grown older.</param>
/// <param name="AskedAt">When it was first asked: the use of a lease is told from here.</param>
/// <param name="Reported">The leases it reports, and which state of each.</param>
internal sealed record Question(LeaseRequest Request, TimeSpan AskedAt, List<(LocalLease Lease, long Version)> Reported)
{
    /// <summary>When it was last asked: the life of a lease is measured from here.</summary>
    public TimeSpan SentAt { get; init; } = AskedAt;

    /// <summary>The same question, asked later.</summary>
    public Question Repeat(TimeSpan now) => this with
    {
        SentAt = now,
        Request = Request.Evidence is null ? Request : Request with { Evidence = EvidenceMemory.Later(Request.Evidence, now - SentAt) },
    };
}
