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
    private QuotaAmounts _refunded;

    public long Id => id;

    public TimeSpan ExpiresAt => expiresAt;

    public bool IsClosed { get; private set; }

    /// <summary>Something was taken from it, whatever became of it.</summary>
    public bool IsTouched { get; private set; }

    public bool IsSettled => IsClosed && _inFlight == 0;

    /// <summary>Nothing can be taken and nothing is in flight, so that it may as well be closed.</summary>
    public bool IsUsedUp => _inFlight == 0 && _used.Requests >= amounts.Requests;

    /// <summary>Settled, and the authority knows it.</summary>
    public bool IsDone => IsSettled && _acknowledged == _version;

    /// <summary>What may still be taken.</summary>
    public QuotaAmounts Rest => Above(amounts, _used);

    /// <summary>What was used and not given back.</summary>
    public QuotaAmounts Used => _used;

    /// <summary>When the provider had surely received the last request, as far as that is known.</summary>
    public TimeSpan LastReceived => _lastReceived ?? askedAt;

    /// <summary>When the authority must hear again of the requests on their way or of the places that are taken, or null.</summary>
    public TimeSpan? RefreshAt => IsClosed && (_onTheWay > 0 || HoldsPlaces) ? _reportedAt + LeaseRules.PendingRefresh : null;

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
        IsTouched = true;
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
        // The place of a concurrent request is free again, whatever was used.
        var spent = actual with { Concurrent = 0 };
        _used = _used - reserved + spent;
        _refunded += Above(reserved, spent) with { Concurrent = 0 };
        _inFlight--;
        _version++;
    }

    public void Close()
    {
        IsClosed = true;
        _version++;
    }

    /// <summary>Whether the authority should hear of it: an open lease counts whole, whatever was used of it.</summary>
    public bool IsDue(TimeSpan now) => IsClosed && (_version != _acknowledged || now >= RefreshAt);

    public (LeaseReport Report, long Version) Report(TimeSpan now)
    {
        _reportedAt = now;
        var lastUse = (_onTheWay > 0 ? now + LeaseRules.PendingAllowance : LastReceived) - askedAt;
        return (new LeaseReport(id, _used, lastUse, IsClosed, IsSettled, _refunded), _version);
    }

    public void Acknowledge(long version) => _acknowledged = Math.Max(_acknowledged, version);

    // Without a budget of concurrent requests a lease has no end of them, and nobody counts them.
    private bool HoldsPlaces => _used.Concurrent > 0 && amounts.Concurrent < LeaseSizing.Unlimited;

    private static QuotaAmounts Above(QuotaAmounts left, QuotaAmounts right) => new(
        Math.Max(0, left.Requests - right.Requests),
        Math.Max(0, left.Tokens - right.Tokens),
        Math.Max(0, left.InputTokens - right.InputTokens),
        Math.Max(0, left.OutputTokens - right.OutputTokens),
        Math.Max(0, left.Cost - right.Cost),
        Math.Max(0, left.Concurrent - right.Concurrent));
}
