using System.Net;

namespace ThotNet.Silo.Tests.Quota;

/// <summary>The address of a silo that does not run.</summary>
internal sealed class FakeSilo : ILocalSiloDetails
{
    public string Name => "test";

    public string ClusterId => "test";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress { get; } = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 11111), 1);

    public SiloAddress GatewayAddress => SiloAddress;
}
