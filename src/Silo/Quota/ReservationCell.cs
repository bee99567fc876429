using System.Diagnostics.CodeAnalysis;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What a <see cref="Reservation"/> points to. It serves one reservation after another; the version tells them apart. The lock of its
/// <see cref="SiloQuota"/> owns it.
/// </summary>
internal sealed class ReservationCell(SiloQuota quota)
{
    public SiloQuota Quota => quota;

    /// <summary>The lease it was taken from; null while the cell is free.</summary>
    public LocalLease? Lease { get; private set; }

    public QuotaAmounts Amounts { get; private set; }

    public bool Received { get; set; }

    /// <summary>The next free cell, while this one is free.</summary>
    public ReservationCell? NextFree { get; set; }

    private long Version { get; set; }

    public Reservation Hold(LocalLease lease, QuotaAmounts amounts)
    {
        (Lease, Amounts, Received) = (lease, amounts, false);
        return new(this, Version);
    }

    [MemberNotNullWhen(true, nameof(Lease))]
    public bool IsHeldBy(long version) => Version == version && Lease is not null;

    public void Free()
    {
        Version++;
        Lease = null;
    }
}
