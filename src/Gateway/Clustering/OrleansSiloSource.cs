using ThotNet.Hosting.Clustering;

namespace ThotNet.Gateway.Clustering;

/// <summary>Reads the live silos from Orleans membership (docs/decisions/0004-silo-addresses.md).</summary>
/// <param name="client">Gives the client of the cluster, or null while there is none.</param>
internal sealed class OrleansSiloSource(Func<IClusterClient?> client) : ISiloSource
{
    public async Task<IReadOnlyList<SiloDestination>?> GetAsync()
    {
        if (client() is not { } cluster)
            return null;
        var hosts = await cluster.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true);
        var silos = new List<SiloDestination>(hosts.Length);
        foreach (var host in hosts)
        {
            if (SiloName.TryParse(host.SiloName, out var name))
                silos.Add(new SiloDestination($"{name.Name} {host.SiloAddress.ToParsableString()}", name.HttpUrl));
        }

        return silos;
    }
}
