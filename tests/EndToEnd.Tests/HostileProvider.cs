using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ThotNet.EndToEnd.Tests;

/// <summary>A provider on plain sockets that answers every request with what it is told to, for as long as anybody takes it.</summary>
internal sealed class HostileProvider : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private volatile Answer _answer = new("HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n");
    private long _sent;

    public HostileProvider()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1");

    /// <summary>Bytes that somebody took, over all answers since the last <see cref="Say"/>.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    public void Say(Answer answer)
    {
        Interlocked.Exchange(ref _sent, 0);
        _answer = answer;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _answer);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client, Answer answer)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                await ReadRequestAsync(stream);
                await SendAsync(stream, Encoding.UTF8.GetBytes(answer.Head));
                if (answer.Body is { } body)
                {
                    await SendAsync(stream, body);
                }

                while (answer.Forever is { } piece)
                {
                    await SendAsync(stream, piece);
                }

                if (answer.StaysOpen)
                {
                    await StoppedAsync();
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                // Nobody takes it any more.
            }
        }
    }

    private async Task StoppedAsync()
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = _stop.Token.Register(stopped.SetResult);
        await stopped.Task;
    }

    private async Task SendAsync(NetworkStream stream, byte[] bytes)
    {
        await stream.WriteAsync(bytes, _stop.Token);
        Interlocked.Add(ref _sent, bytes.Length);
    }

    private async Task ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var length = 0;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line.AsSpan(15), System.Globalization.CultureInfo.InvariantCulture);
            }
        }

        await reader.ReadBlockAsync(new char[length], _stop.Token);
    }

    /// <summary>What it says: head, then body, then the last piece again and again, then perhaps nothing at all.</summary>
    internal sealed record Answer(string Head, byte[]? Body = null, byte[]? Forever = null, bool StaysOpen = false);
}
