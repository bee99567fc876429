using System.Collections.Immutable;

namespace ThotNet.Grains.Quota;

/// <summary>The silos that may hold leases, by the names that they use in questions. The turns of a grain own it.</summary>
/// <remarks>A silo that stops still spends what it holds, so it counts until it is gone; one that was killed, until the others declare it dead.</remarks>
internal sealed class LiveSilos(IClusterMembershipService membership)
{
    private ClusterMembershipSnapshot? _snapshot;
    private ImmutableArray<string> _names = [];

    /// <summary>Their names, as <see cref="Abstractions.Quota.LeaseRequest.Silo"/> has them.</summary>
    public ImmutableArray<string> Names
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            if (!ReferenceEquals(_snapshot, snapshot))
            {
                (_snapshot, _names) = (snapshot, NamesOf(snapshot));
            }

            return _names;
        }
    }

    private static ImmutableArray<string> NamesOf(ClusterMembershipSnapshot snapshot) =>
    [
        .. snapshot.Members.Values
            .Where(member => member.Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping)
            .Select(member => member.SiloAddress.ToParsableString()),
    ];
}
