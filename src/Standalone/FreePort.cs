using System.Collections.Concurrent;
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

    // Any thread. A port that was found is not in use yet, so only this tells that it is gone.
    private static readonly ConcurrentDictionary<int, bool> Found = [];

    /// <summary>A port that is free now and was not found before.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(First, Last + 1);
            if (IsFree(port) && Found.TryAdd(port, true))
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
