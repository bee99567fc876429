using System.Net;
using System.Net.Sockets;

namespace ThotNet.Load.Throughput;

/// <summary>Servers and ports on the loopback interface.</summary>
internal static class Loopback
{
    /// <summary>A server on 127.0.0.1 that logs nothing.</summary>
    public static WebApplicationBuilder Server(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(At(port)));
        return builder;
    }

    /// <summary>A port of 127.0.0.1.</summary>
    public static IPEndPoint At(int port) => new(IPAddress.Loopback, port);

    /// <summary>A port that was free a moment ago.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
