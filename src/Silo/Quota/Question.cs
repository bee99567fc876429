using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>One question to the authority, kept until its outcome is known.</summary>
/// <param name="Request">What is asked; a repeat sends the very same.</param>
/// <param name="AskedAt">When it was first asked: the use of a lease is told from here.</param>
/// <param name="Reported">The leases it reports, and which state of each.</param>
internal sealed record Question(LeaseRequest Request, TimeSpan AskedAt, List<(LocalLease Lease, long Version)> Reported)
{
    /// <summary>When it was last asked: the life of a lease is measured from here.</summary>
    public TimeSpan SentAt { get; set; } = AskedAt;
}
