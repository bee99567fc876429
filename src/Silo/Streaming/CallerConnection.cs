using System.Buffers;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Errors;
using ThotNet.Routing;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Streaming;

/// <summary>
/// The caller's side of one request. Nothing is sent before the first content, so that a failed attempt stays invisible; a streaming caller who
/// has heard nothing for a while gets a comment.
/// </summary>
internal sealed class CallerConnection : AnswerSink
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

    // Goes into the headers with the first byte, by whichever of the two sends it.
    private AnswerHeaders? _answer;

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
    public override HttpContext Http => _http;

    /// <inheritdoc/>
    public override string RequestId => _http.TraceIdentifier;

    /// <summary>Cancelled when the caller leaves.</summary>
    public override CancellationToken Left => _http.RequestAborted;

    /// <inheritdoc/>
    public override void Describe(TargetDefinition target, int attempts) => Describe(target.Provider, target.Model, attempts);

    /// <summary>Says in the headers who answers; without effect once they have been sent.</summary>
    /// <param name="provider">The provider.</param>
    /// <param name="model">Its model.</param>
    /// <param name="attempts">1 for the first attempt, 0 if there was none.</param>
    /// <param name="age">How long the answer has been in the cache; null for one that was not there.</param>
    public void Describe(string provider, string model, int attempts, TimeSpan? age = null) => Describe(new(provider, model, attempts, age));

    /// <summary>Says so, or takes it back.</summary>
    public void Describe(AnswerHeaders? answer) => _answer = answer;

    /// <summary>What the cache did for the request.</summary>
    public CacheResult Result { get; private set; }

    /// <summary>Notes what the cache did, and says so in the headers if they have not been sent.</summary>
    public void Tell(CacheResult result) => Result = result;

    /// <summary>Sends the pending events in one write.</summary>
    public override async ValueTask SendPendingAsync(CancellationToken cancel)
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

    /// <inheritdoc/>
    public override ValueTask SendAnswerAsync(CancellationToken cancel) => SendBodyAsync(Pending.WrittenMemory, cancel);

    /// <summary>Sends the body of an answer that is not streamed.</summary>
    public async ValueTask SendBodyAsync(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        ContentSent = true;
        _ended = true;
        WriteHeaders();
        _http.Response.ContentType = "application/json";
        _http.Response.ContentLength = body.Length;
        await _http.Response.BodyWriter.WriteAsync(body, cancel);
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
                WriteHeaders();
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
        catch (OperationCanceledException) when (Left.IsCancellationRequested)
        {
            // Nobody is there to be told.
        }
        finally
        {
            _gate.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (_timer is not null)
        {
            await _timer.DisposeAsync();
        }

        await _gate.WaitAsync(CancellationToken.None);
        _ended = true;
        await base.DisposeAsync();
        _gate.Release();
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        if (!_http.Response.HasStarted)
        {
            WriteHeaders();
            _http.Response.ContentType = "text/event-stream";
            _http.Response.Headers.CacheControl = "no-cache";
        }

        await _http.Response.BodyWriter.WriteAsync(bytes, cancel);
        _lastWrite = _time.GetTimestamp();
    }

    private void WriteHeaders()
    {
        var headers = _http.Response.Headers;
        headers[CacheControl.Header] = Result.ToWord();
        _answer?.WriteTo(headers);
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
