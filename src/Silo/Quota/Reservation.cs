using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What one request holds of a quota. It must end in exactly one of <see cref="Settle"/>, <see cref="SettleUnknown"/> and
/// <see cref="Cancel"/>; the first wins, later ones change nothing.
/// </summary>
/// <remarks>Safe for concurrent use: its marks belong to the lock of its <see cref="SiloQuota"/>.</remarks>
public sealed class Reservation
{
    private readonly SiloQuota _quota;

    internal Reservation(SiloQuota quota, LocalLease lease, QuotaAmounts amounts)
    {
        _quota = quota;
        Lease = lease;
        Amounts = amounts;
    }

    /// <summary>What it holds.</summary>
    public QuotaAmounts Amounts { get; }

    internal LocalLease Lease { get; }

    internal bool Received { get; set; }

    internal bool Ended { get; set; }

    /// <summary>The provider surely has the request: response headers came.</summary>
    public void MarkReceived() => _quota.MarkReceived(this);

    /// <summary>
    /// Whether a request may still be sent under it: until <see cref="ThotNet.Routing.Quota.LeaseRules.SendMargin"/> after the end of its lease, and
    /// not once it has ended.
    /// </summary>
    public bool MaySend => _quota.MaySend(this);

    /// <summary>The attempt ended and its true use is known; less than reserved comes back, more becomes debt.</summary>
    /// <param name="actual">What the provider counts, requests included; nothing negative.</param>
    public void Settle(QuotaAmounts actual)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual.Requests, nameof(actual));
        ArgumentOutOfRangeException.ThrowIfNegative(actual.Tokens, nameof(actual));
        _quota.End(this, actual);
    }

    /// <summary>The attempt ended and nobody knows what it used: all that was reserved counts.</summary>
    public void SettleUnknown() => _quota.End(this, Amounts);

    /// <summary>Nothing was ever sent: gives everything back. After <see cref="MarkReceived"/> it is <see cref="SettleUnknown"/>.</summary>
    public void Cancel() => _quota.End(this, null);
}
