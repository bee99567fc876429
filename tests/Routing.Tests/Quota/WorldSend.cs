using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Routing.Tests.Quota;

/// <summary>A request that left, and the interval in which the provider may have received it.</summary>
/// <param name="silo">Who sent it.</param>
/// <param name="lease">The lease under which it was sent.</param>
/// <param name="sent">When, in seconds of the world.</param>
/// <param name="received">By when the provider has received it.</param>
/// <param name="amounts">What was reserved for it.</param>
internal sealed class WorldSend(WorldSilo silo, WorldLease lease, double sent, double received, QuotaAmounts amounts)
{
    public WorldSilo Silo => silo;

    public WorldLease Lease => lease;

    public double Sent => sent;

    public double Received => received;

    public QuotaAmounts Reserved { get; } = amounts;

    public QuotaAmounts Amounts { get; set; } = amounts;

    public double? Ended { get; set; }
}
