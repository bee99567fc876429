using System.Net;
using System.Net.Sockets;

namespace ThotNet.Load.Throughput;

/// <summary>
/// One kept-open HTTP/1.1 connection that sends ready-made bytes: several times cheaper than <see cref="HttpClient"/>, so that on few cores the
/// servers are measured and not the load. Used by one caller at a time.
/// </summary>
public sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private byte[] _buffer = new byte[16 * 1024];

    private HttpConnection(Socket socket) => _socket = socket;

    /// <summary>Connects to a server.</summary>
    public static async Task<HttpConnection> ConnectAsync(IPEndPoint server, CancellationToken cancellation)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return new HttpConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends one request and waits for the whole answer.</summary>
    /// <returns>The answer's status; <paramref name="answer"/> is called with the bytes if it is given.</returns>
    public async ValueTask<int> ExchangeAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation, Action<ReadOnlyMemory<byte>>? answer = null)
    {
        await _socket.SendAsync(request, cancellation);
        for (var filled = 0; ;)
        {
            if (filled == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(filled), cancellation);
            if (read == 0) throw new IOException("The server closed the connection.");
            filled += read;
            var (length, status) = ResponseFrame.Read(_buffer.AsSpan(0, filled));
            if (length == 0) continue;
            answer?.Invoke(_buffer.AsMemory(0, length));
            return status;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
