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
    private LocalLease? _open;

    public bool IsEmpty => _leases.Count == 0;

    public QuotaAmounts Left => _open?.Left ?? QuotaAmounts.Zero;

    /// <summary>The lease that gave the amounts, or null.</summary>
    public LocalLease? Take(QuotaAmounts amounts, TimeSpan now)
    {
        CloseExpired(now);
        return _open?.TryTake(amounts) == true ? _open : null;
    }

    public void Open(LocalLease lease)
    {
        CloseOpen();
        _open = lease;
        _leases.Add(lease);
    }

    public void CloseOpen()
    {
        _open?.Close();
        _open = null;
    }

    public void CloseExpired(TimeSpan now)
    {
        if (_open?.IsExpired(now) == true)
        {
            CloseOpen();
        }
    }

    public void CloseUsedUp()
    {
        if (_open?.IsUsedUp == true)
        {
            CloseOpen();
        }
    }

    public bool IsAnyDue(TimeSpan now) => _leases.Exists(lease => lease.IsDue(now));

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

    public void Acknowledge(List<(LocalLease Lease, long Version)> reported)
    {
        foreach (var (lease, version) in reported)
        {
            lease.Acknowledge(version);
        }

        _leases.RemoveAll(lease => lease.IsDone);
    }
}
