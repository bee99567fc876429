using System.Net;
using System.Net.Sockets;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>A relay in front of a server on loopback. Held, it takes what clients say and passes no answer on.</summary>
internal sealed class Cable : IAsyncDisposable
{
    private readonly CancellationTokenSource _cut = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _open = new();

    public Cable(int server)
    {
        _server = server;
        _open.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Connection => $"{_listener.LocalEndpoint}";

    public void Hold() => _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _open.SetResult();

    public async ValueTask DisposeAsync()
    {
        await _cut.CancelAsync();
        _listener.Stop();
        await _accepting;
        _cut.Dispose();
    }

    private async Task AcceptAsync()
    {
        var calls = new List<Task>();
        try
        {
            while (true)
            {
                calls.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_cut.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(calls);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(IPAddress.Loopback, _server, _cut.Token);
            await Task.WhenAny(PumpAsync(near.GetStream(), far.GetStream(), answers: false), PumpAsync(far.GetStream(), near.GetStream(), answers: true));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // The server is gone, or the test is over.
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool answers)
    {
        try
        {
            var buffer = new byte[8192];
            while (await from.ReadAsync(buffer, _cut.Token) is > 0 and var read)
            {
                await (answers ? _open.Task.WaitAsync(_cut.Token) : Task.CompletedTask);
                await to.WriteAsync(buffer.AsMemory(0, read), _cut.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // One of the two has hung up, or the test is over.
        }
    }
}
