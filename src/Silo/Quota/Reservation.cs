using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What one request holds of a quota: a handle that may be copied. It must end in exactly one of <see cref="Settle"/>, <see cref="SettleUnknown"/>
/// and <see cref="Cancel"/>; the first wins, later ones change nothing.
/// </summary>
/// <remarks>
/// Safe for concurrent use: what it points to belongs to the lock of its <see cref="SiloQuota"/>. Of <see langword="default"/>, which holds nothing,
/// and of a reservation that has ended, every member does nothing.
/// </remarks>
public readonly struct Reservation
{
    private readonly ReservationCell? _cell;
    private readonly long _version;

    internal Reservation(ReservationCell cell, long version)
    {
        _cell = cell;
        _version = version;
    }

    /// <summary>
    /// Whether the request may still be sent: neither ended, nor so long after the end of its lease that it might reach the provider when nobody counts
    /// with it any more, nor stopped. To be asked at the last moment before the first byte leaves.
    /// </summary>
    public bool MaySend => _cell?.Quota.MaySend(_cell, _version) == true;

    /// <summary>The provider surely has the request: response headers came.</summary>
    public void MarkReceived() => _cell?.Quota.MarkReceived(_cell, _version);

    /// <summary>The attempt ended and its true use is known; less than reserved comes back, more becomes debt.</summary>
    /// <param name="actual">What the provider counts, requests included; nothing negative. Its concurrent requests mean nothing: the place is free again.</param>
    public void Settle(QuotaAmounts actual)
    {
        if (!QuotaAmounts.Zero.FitsInto(actual))
        {
            throw new ArgumentOutOfRangeException(nameof(actual), actual, "No amount may be negative.");
        }

        _cell?.Quota.End(_cell, _version, Ending.Settled, actual);
    }

    /// <summary>The attempt ended and nobody knows what it used: all that was reserved counts.</summary>
    public void SettleUnknown() => _cell?.Quota.End(_cell, _version, Ending.Unknown, QuotaAmounts.Zero);

    /// <summary>Nothing was ever sent: gives everything back. After <see cref="MarkReceived"/> it is <see cref="SettleUnknown"/>.</summary>
    public void Cancel() => _cell?.Quota.End(_cell, _version, Ending.Cancelled, QuotaAmounts.Zero);
}

/// <summary>How a reservation ends.</summary>
internal enum Ending
{
    /// <summary>Its true use is known.</summary>
    Settled,

    /// <summary>Nobody knows its use.</summary>
    Unknown,

    /// <summary>It was given up.</summary>
    Cancelled,
}
