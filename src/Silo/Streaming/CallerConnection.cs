using System.Buffers;
using CommunityToolkit.HighPerformance.Buffers;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Routing;

namespace ThotNet.Silo.Streaming;

/// <summary>
/// The caller's side of one request. Nothing is sent before the first content, so that a failed attempt stays invisible; a streaming caller who
/// has heard nothing for a while gets a comment.
/// </summary>
internal sealed class CallerConnection : IAsyncDisposable
{
    private static readonly byte[] KeepAliveComment = ": keep-alive\n\n"u8.ToArray();

    /// <summary>Time for the error event to pass the gateway before the connection breaks behind it.</summary>
    private static readonly TimeSpan ErrorGrace = TimeSpan.FromMilliseconds(50);

    private readonly HttpContext _http;
    private readonly TimeProvider _time;
    private readonly TimeSpan _keepAlive;
    private readonly ITimer? _timer;

    // Held while the response is written to: the request's own flow and the keep-alive timer take turns.
    private readonly SemaphoreSlim _gate = new(1);
    private long _lastWrite;
    private bool _ended;

    /// <summary>Begins the caller's side.</summary>
    public CallerConnection(HttpContext http, bool stream, TimeSpan keepAlive, TimeProvider time)
    {
        _http = http;
        _time = time;
        _keepAlive = keepAlive;
        _lastWrite = time.GetTimestamp();
        _timer = stream ? time.CreateTimer(static state => _ = ((CallerConnection)state!).KeepAliveAsync(), this, keepAlive, Timeout.InfiniteTimeSpan) : null;
    }

    /// <summary>The request and its answer; what is sent goes through the methods here.</summary>
    public HttpContext Http => _http;

    /// <summary>What the current attempt has written and not sent yet.</summary>
    public ArrayPoolBufferWriter<byte> Pending { get; } = new(4096);

    /// <summary>Content has been sent: no other target may answer any more.</summary>
    public bool ContentSent { get; private set; }

    /// <summary>Cancelled when the caller leaves.</summary>
    public CancellationToken Left => _http.RequestAborted;

    /// <summary>Says in the headers who answers; without effect once they have been sent.</summary>
    public void Describe(TargetDefinition target, int attempts)
    {
        if (_http.Response.HasStarted)
        {
            return;
        }

        var headers = _http.Response.Headers;
        headers["x-thotnet-provider"] = target.Provider;
        headers["x-thotnet-model"] = target.Model;
        headers["x-thotnet-attempts"] = attempts.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Sends the pending events in one write.</summary>
    public async ValueTask SendPendingAsync(CancellationToken cancel)
    {
        if (Pending.WrittenCount == 0)
        {
            return;
        }

        await _gate.WaitAsync(cancel);
        try
        {
            ContentSent = true;
            await WriteAsync(Pending.WrittenMemory, cancel);
            Pending.Clear();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Sends the pending body of an answer that is not streamed.</summary>
    public async ValueTask SendAnswerAsync(CancellationToken cancel)
    {
        ContentSent = true;
        _ended = true;
        _http.Response.ContentType = "application/json";
        _http.Response.ContentLength = Pending.WrittenCount;
        await _http.Response.BodyWriter.WriteAsync(Pending.WrittenMemory, cancel);
    }

    /// <summary>Tells the caller what went wrong: as an error body, or as the last event of a stream that has begun and then breaks.</summary>
    public async Task FailAsync(ApiError error)
    {
        Pending.Clear();
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            _ended = true;
            if (!_http.Response.HasStarted)
            {
                await _http.WriteErrorAsync(error);
                return;
            }

            Pending.Write("data: "u8);
            error.WriteTo(Pending, _http.PrefersSpanish(error));
            Pending.Write("\n\n"u8);
            await WriteAsync(Pending.WrittenMemory, Left);
            await Task.Delay(ErrorGrace, _time, Left);
            _http.BreakOff();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _gate.WaitAsync(CancellationToken.None);
        _ended = true;
        Pending.Dispose();
        _gate.Release();
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (!_http.Response.HasStarted)
        {
            _http.Response.ContentType = "text/event-stream";
            _http.Response.Headers.CacheControl = "no-cache";
        }

        await _http.Response.BodyWriter.WriteAsync(bytes, cancel);
        _lastWrite = _time.GetTimestamp();
    }

    private async Task KeepAliveAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            if (_ended || Left.IsCancellationRequested)
            {
                return;
            }

            var silence = _time.GetElapsedTime(_lastWrite);
            if (silence >= _keepAlive)
            {
                await WriteAsync(KeepAliveComment, Left);
                silence = TimeSpan.Zero;
            }

            _timer!.Change(_keepAlive - silence, Timeout.InfiniteTimeSpan);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // The caller left while the comment was being written; the request's own flow notices it as well.
        }
        finally
        {
            _gate.Release();
        }
    }
}
