namespace ThotNet.Grains.Abstractions.Routing;

/// <summary>The one router of a cluster (key 0): gathers the silos' reports and publishes the route table.</summary>
/// <remarks>Failure policy: a silo that gets no table keeps its last one, or the configured shares if it never had one.</remarks>
[Alias("thotnet.IRouterGrain")]
public interface IRouterGrain : IGrainWithIntegerKey
{
    /// <summary>Takes in a silo's report.</summary>
    /// <returns>The newest table, or null if the silo already holds it.</returns>
    [Alias("Report")]
    Task<RouteTable?> Report(SiloReport report);
}
