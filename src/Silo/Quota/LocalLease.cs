using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>A lease as its holder counts it. All times are on the monotonic clock of the <see cref="SiloQuota"/>, whose lock owns it.</summary>
internal sealed class LocalLease(long id, QuotaAmounts amounts, TimeSpan askedAt, TimeSpan expiresAt)
{
    private TimeSpan? _lastReceived;
    private TimeSpan _reportedAt;
    private long _version = 1;
    private long _acknowledged;
    private int _inFlight;
    private int _onTheWay;
    private QuotaAmounts _used;

    public bool IsClosed { get; private set; }

    public bool IsSettled => IsClosed && _inFlight == 0;

    /// <summary>Nothing can be taken and nothing is in flight, so that it may as well be closed.</summary>
    public bool IsUsedUp => _inFlight == 0 && _used.Requests >= amounts.Requests && (amounts.Requests > 0 || _used.Tokens >= amounts.Tokens);

    public QuotaAmounts Left => amounts - _used;

    public bool IsSmall => amounts.Requests <= SiloQuota.SmallLease;

    /// <summary>Settled, and the authority knows it.</summary>
    public bool IsDone => IsSettled && _acknowledged == _version;

    public bool IsExpired(TimeSpan now) => now >= expiresAt;

    /// <summary>Whether what was reserved from it may still leave for the provider.</summary>
    public bool MaySend(TimeSpan now) => now < expiresAt + LeaseRules.SendMargin;

    public bool TryTake(QuotaAmounts wanted)
    {
        var used = _used + wanted;
        if (IsClosed || !used.FitsInto(amounts))
        {
            return false;
        }

        _used = used;
        _inFlight++;
        _onTheWay++;
        return true;
    }

    public void Receive(TimeSpan now)
    {
        _onTheWay--;
        _lastReceived = now;
        _version++;
    }

    public void NeverSent() => _onTheWay--;

    public void End(QuotaAmounts reserved, QuotaAmounts actual)
    {
        _used = _used - reserved + actual with { Concurrent = 0 };
        _inFlight--;
        _version++;
    }

    public void Close()
    {
        IsClosed = true;
        _version++;
    }

    /// <summary>Whether the authority should hear of it: an open lease counts whole, whatever was used of it.</summary>
    public bool IsDue(TimeSpan now) =>
        IsClosed && (_version != _acknowledged || (_onTheWay > 0 && now - _reportedAt >= LeaseRules.PendingRefresh));

    public (LeaseReport Report, long Version) Report(TimeSpan now)
    {
        _reportedAt = now;
        var lastUse = (_onTheWay > 0 ? now + LeaseRules.PendingAllowance : _lastReceived ?? askedAt) - askedAt;
        return (new LeaseReport(id, _used, lastUse, IsClosed, IsSettled), _version);
    }

    public void Acknowledge(long version) => _acknowledged = Math.Max(_acknowledged, version);
}
