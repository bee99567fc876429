using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Silo.Clustering;

/// <summary>The address under which other silos and gateways reach this one.</summary>
internal static class OwnAddress
{
    /// <summary>The configured host's IPv4 address, else this machine's own, else loopback.</summary>
    public static IPAddress Find(ClusterOptions cluster)
    {
        if (cluster.AdvertisedHost.Length == 0)
        {
            return NetworkAddress() ?? IPAddress.Loopback;
        }

        return IPAddress.TryParse(cluster.AdvertisedHost, out var address)
            ? address
            : Dns.GetHostAddresses(cluster.AdvertisedHost, AddressFamily.InterNetwork).First();
    }

    /// <summary>Base of this silo's HTTP endpoint, as gateways and other silos reach it.</summary>
    public static Uri UrlOf(ClusterOptions cluster) => new($"http://{Find(cluster)}:{cluster.HttpPort}");

    private static IPAddress? NetworkAddress() =>
        NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up && network.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
}
