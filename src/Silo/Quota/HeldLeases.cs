using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Silo.Quota;

/// <summary>
/// The leases of a quota that the authority does not yet know to be settled; at most one of them is open. The lock of its
/// <see cref="SiloQuota"/> owns it.
/// </summary>
internal sealed class HeldLeases
{
    private readonly List<LocalLease> _leases = [];

    public bool IsEmpty => _leases.Count == 0;

    /// <summary>The lease from which may be reserved, unless it expired meanwhile; or null.</summary>
    public LocalLease? Current { get; private set; }

    /// <summary>The lease that gave the amounts, or null.</summary>
    public LocalLease? Take(QuotaAmounts amounts, TimeSpan now)
    {
        CloseExpired(now);
        return Current?.TryTake(amounts) == true ? Current : null;
    }

    public void Open(LocalLease lease)
    {
        CloseOpen();
        Current = lease;
        _leases.Add(lease);
    }

    public void CloseOpen()
    {
        Current?.Close();
        Current = null;
    }

    public void CloseExpired(TimeSpan now)
    {
        if (Current?.IsExpired(now) == true)
        {
            CloseOpen();
        }
    }

    public void CloseUsedUp()
    {
        if (Current?.IsUsedUp == true)
        {
            CloseOpen();
        }
    }

    /// <summary>Closes what was granted with a number up to that.</summary>
    public void CloseThrough(long id)
    {
        if (Current?.Id <= id)
        {
            CloseOpen();
        }
    }

    /// <summary>What may be taken without asking.</summary>
    public QuotaAmounts RestAt(TimeSpan now) => Current is { } lease && !lease.IsExpired(now) ? lease.Rest : QuotaAmounts.Zero;

    public bool IsAnyDue(TimeSpan now)
    {
        foreach (var lease in _leases)
        {
            if (lease.IsDue(now))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>When the authority must hear again of requests on their way, or null.</summary>
    public TimeSpan? NextRefresh()
    {
        TimeSpan? next = null;
        foreach (var lease in _leases)
        {
            next = lease.RefreshAt is { } at && !(next <= at) ? at : next;
        }

        return next;
    }

    public (ImmutableArray<LeaseReport> Reports, List<(LocalLease Lease, long Version)> Reported) Report(TimeSpan now)
    {
        var reports = ImmutableArray.CreateBuilder<LeaseReport>();
        List<(LocalLease Lease, long Version)> reported = [];
        foreach (var lease in _leases.Where(lease => lease.IsDue(now)))
        {
            var (report, version) = lease.Report(now);
            reports.Add(report);
            reported.Add((lease, version));
        }

        return (reports.ToImmutable(), reported);
    }

    /// <summary>The authority knows what was reported.</summary>
    /// <returns>The leases of which it knows all; they are held no more.</returns>
    public List<LocalLease> Acknowledge(List<(LocalLease Lease, long Version)> reported)
    {
        foreach (var (lease, version) in reported)
        {
            lease.Acknowledge(version);
        }

        var done = _leases.FindAll(lease => lease.IsDone);
        _leases.RemoveAll(done.Contains);
        return done;
    }
}
