using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ThotNet.Standalone;

/// <summary>Finds ports on loopback that nobody listens on.</summary>
/// <remarks>Below the range from which systems take the ports of outgoing connections, so that none of those takes it before it is used.</remarks>
internal static class FreePort
{
    private const int First = 10_000;
    private const int Last = 19_999;

    /// <summary>A port that is free now.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last + 1);
            if (IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
