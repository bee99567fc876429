using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Streaming;

namespace ThotNet.Silo.Tests.Streaming;

/// <summary>The request's own flow and the timer of the comments write to one response.</summary>
public sealed class CallerConnectionTests : IDisposable
{
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly DefaultHttpContext _http = new();
    private readonly SealedResponse _response = new();

    public void Dispose() => _response.Dispose();

    [Fact]
    public async Task Describe_WhileACommentBeginsTheResponse_ChangesNoHeaderThatIsUnderWay()
    {
        _http.Features.Set<IHttpResponseFeature>(_response);
        _http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_response));
        await using var caller = new CallerConnection(_http, stream: true, KeepAlive, _time);
        caller.Tell(CacheResult.Miss);

        // The response begins at the worst moment: just after somebody has seen that it has not.
        _response.OnLook = () => _time.Advance(KeepAlive);
        caller.Describe("acme", "m", 1);
        _response.OnLook = null;
        _time.Advance(KeepAlive);

        Assert.Contains(": keep-alive", Encoding.UTF8.GetString(_response.Written.ToArray()), StringComparison.Ordinal);
        Assert.Equal("miss", _http.Response.Headers[CacheControl.Header].ToString());
    }

    [Fact]
    public async Task Describe_LastWordBeforeTheFirstByte_IsInTheHeaders()
    {
        _http.Features.Set<IHttpResponseFeature>(_response);
        _http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_response));
        await using var caller = new CallerConnection(_http, stream: false, KeepAlive, _time);
        caller.Tell(CacheResult.Hit);
        caller.Describe("acme", "m", 0, TimeSpan.FromSeconds(7.9));
        caller.Tell(CacheResult.Miss);
        caller.Describe("other", "n", 2);
        await caller.SendBodyAsync("{}"u8.ToArray(), TestContext.Current.CancellationToken);

        var headers = _http.Response.Headers;
        Assert.Equal(
            ("miss", "other", "n", "2", ""),
            (headers[CacheControl.Header].ToString(), headers["x-thotnet-provider"].ToString(), headers["x-thotnet-model"].ToString(),
                headers["x-thotnet-attempts"].ToString(), headers.Age.ToString()));
    }

    /// <summary>A response as a server has it: once something was written its headers take no change.</summary>
    private sealed class SealedResponse : Stream, IHttpResponseFeature
    {
        public MemoryStream Written { get; } = new();

        public Action? OnLook { get; set; }

        public int StatusCode { get; set; } = 200;

        public string? ReasonPhrase { get; set; }

        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

        Stream IHttpResponseFeature.Body { get; set; } = Null;

        public bool HasStarted
        {
            get
            {
                var seen = ((HeaderDictionary)Headers).IsReadOnly;
                OnLook?.Invoke();
                return seen;
            }
        }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Written.Length;

        public override long Position { get; set; }

        public void OnStarting(Func<object, Task> callback, object state)
        {
        }

        public void OnCompleted(Func<object, Task> callback, object state)
        {
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count)
        {
            ((HeaderDictionary)Headers).IsReadOnly = true;
            Written.Write(buffer, offset, count);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer, offset, count);
            return Task.CompletedTask;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.ToArray(), 0, buffer.Length);
            return ValueTask.CompletedTask;
        }
    }
}
