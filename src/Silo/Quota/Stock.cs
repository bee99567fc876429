using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Routing.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// What a silo may spend of a quota: the leases, what is reserved from them, and until when the provider takes nothing. The lock of its
/// <see cref="SiloQuota"/> owns it.
/// </summary>
internal sealed class Stock(SiloQuota quota)
{
    /// <summary>How far ahead a lease must last: to the answer to the next question.</summary>
    private static readonly TimeSpan LowWater = 2 * LeaseRules.Pace;

    private readonly ReservationPool _cells = new(quota);
    private readonly DemandRate _demand = new();

    public HeldLeases Leases { get; } = new();

    public TimeSpan ClosedUntil { get; private set; }

    /// <summary>The highest lease number so far, or 0.</summary>
    public long LastLease { get; private set; }

    public bool TryTake(QuotaAmounts amounts, TimeSpan now, out Reservation reservation)
    {
        if (now < ClosedUntil || Leases.Take(amounts, now) is not { } lease)
        {
            reservation = default;
            return false;
        }

        _demand.Add(amounts, now);
        reservation = _cells.Rent().Hold(lease, amounts);
        return true;
    }

    /// <summary>Ends the reservation that the cell holds; one that was given up counts for nothing only if it was never sent.</summary>
    public void End(ReservationCell cell, LocalLease lease, Ending ending, QuotaAmounts actual, TimeSpan now)
    {
        var neverSent = ending == Ending.Cancelled && !cell.Received;
        lease.End(cell.Amounts, neverSent ? QuotaAmounts.Zero : ending == Ending.Settled ? actual : cell.Amounts);
        if (neverSent)
        {
            lease.NeverSent();
        }
        else if (!cell.Received)
        {
            lease.Receive(now);
        }

        _demand.End(cell.Amounts);
        _cells.Return(cell);
        Leases.CloseUsedUp();
    }

    /// <summary>Takes a lease in. It is closed at once where nothing may be reserved from it any more.</summary>
    /// <returns>Whether it may be used.</returns>
    public bool Accept(LocalLease lease, bool stopping, TimeSpan now)
    {
        LastLease = Math.Max(LastLease, lease.Id);
        Leases.Open(lease);
        if (stopping || now < ClosedUntil || lease.IsExpired(now))
        {
            Leases.CloseOpen();
            return false;
        }

        return true;
    }

    /// <summary>Nobody reserves until then.</summary>
    /// <returns>Whether that is later than was known.</returns>
    public bool Close(TimeSpan until)
    {
        if (until <= ClosedUntil)
        {
            return false;
        }

        ClosedUntil = until;
        Leases.CloseOpen();
        return true;
    }

    /// <summary>
    /// What to ask for on behalf of those who wait. The lease in hand goes back with the question, so that a small budget is never split between an old
    /// lease and a new one. That somebody waits shows that the demand was not known: it is taken for many times what is known. Places of concurrent
    /// requests are not multiplied: they come back after each request.
    /// </summary>
    public (QuotaAmounts Wanted, QuotaAmounts Least) WishFor(WaitingLine line, QuotaAmounts least, TimeSpan now)
    {
        Leases.CloseOpen();
        var needs = line.Needs();
        var known = QuotaAmounts.Max(needs, _demand.Next(LeaseRules.Horizon, now));
        return (needs + ((LeaseRules.RampUp * known) with { Concurrent = known.Concurrent }), least);
    }

    /// <summary>What to ask for in advance, with the lease in hand kept meanwhile; nothing while it is not used, or is enough and lasts.</summary>
    public (QuotaAmounts Wanted, QuotaAmounts Least) WishInAdvance(RefusalMemory refusals, TimeSpan now)
    {
        var typical = _demand.Typical(now);
        var isLow = Leases.Current is { IsTouched: true } lease
            && (lease.ExpiresAt - now < LowWater || !_demand.Next(LowWater, now).FitsInto(lease.Rest));
        return isLow && typical != QuotaAmounts.Zero && now >= ClosedUntil && refusals.Find(typical, now) is null
            ? (_demand.Next(LeaseRules.Horizon, now), typical)
            : (QuotaAmounts.Zero, QuotaAmounts.Zero);
    }

    /// <summary>A question was asked: looks at what is needed from here on.</summary>
    public void Asked() => _demand.Restart();
}
