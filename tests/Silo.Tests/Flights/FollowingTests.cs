using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Security;
using ThotNet.Providers;
using ThotNet.Silo.Flights;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>The client follows the endpoint over a real socket.</summary>
public sealed class FollowingTests : IAsyncLifetime
{
    private static readonly AnswerSource Source = new("groq", "groq/m", 2);
    private static readonly TokenUsage Usage = new(1, 2, 3, 4, 5);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly AnswerRecord _into = new();
    private FlightClient _client = null!;
    private FlightPeer _peer = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _client = new(FlightPeer.SecretOf("s3cret"), _time);
        _peer = await FlightPeer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _peer.DisposeAsync();
    }

    [Fact]
    public async Task Follow_Stream_EachEventComesBeforeTheNextIsWritten()
    {
        var (flight, record) = _peer.Lead();
        var follow = FollowAsync(flight);
        await Eventually.TrueAsync(() => _peer.Readers == 1);
        record.Describe(Source);
        for (var written = 0; written < 3; written++)
        {
            record.Append("data: {}\n\n"u8);

            Assert.True(await _into.WaitAsync(10 * written, Cancel).AsTask().WaitAsync(Bound, Cancel));
            Assert.Equal(record.Length, _into.Length);
            Assert.Equal(Source, _into.Source);
            Assert.True(_into.IsStream);
        }

        Assert.Equal(RecordEnd.Open, _into.End);
        record.Complete(Usage);

        Assert.Equal(FollowEnd.Ended, await follow);
        Assert.Equal((RecordEnd.Answered, Usage), (_into.End, _into.Usage));
        Assert.Equal("data: {}\n\ndata: {}\n\ndata: {}\n\n"u8, _into.Read(0).ToArray());
        await Eventually.TrueAsync(() => _peer.Readers == 0);
    }

    [Fact]
    public async Task Follow_FlightThatIsOver_GivesAllOfIt()
    {
        var bytes = new byte[5_000_000];
        new Random(1).NextBytes(bytes);
        var (flight, record) = _peer.Lead(isStream: false);
        record.Append(bytes);
        record.Complete(null);

        Assert.Equal(FollowEnd.Ended, await FollowAsync(flight));
        Assert.Equal((RecordEnd.Answered, null, false), (_into.End, _into.Usage, _into.IsStream));
        Assert.Equal(bytes, _into.Read(0).ToArray());
    }

    [Fact]
    public async Task Follow_AnyAppends_ReaderSeesWholeEventsOnly()
    {
        var random = new Random(7);
        var (flight, record) = _peer.Lead();
        var ends = new HashSet<long>();
        var follow = FollowAsync(flight);
        var reader = LengthsAsync(_into);
        for (var written = 0; written < 300; written++)
        {
            var bytes = new byte[random.Next(1, 9000)];
            lock (ends)
            {
                ends.Add(record.Length + bytes.Length);
            }

            record.Append(bytes);
            await Task.Yield();
        }

        record.Complete(null);

        Assert.Equal(FollowEnd.Ended, await follow);
        var lengths = await reader.WaitAsync(Bound, Cancel);
        Assert.Equal(record.Length, lengths[^1]);
        Assert.Subset(ends, lengths.ToHashSet());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follow_FlightFails_SoDoesTheCopy(bool hasBegun)
    {
        var error = new ApiError(429, "Enough.", "requests", "spent", null, TimeSpan.FromSeconds(7))
        {
            Spanish = "Basta.",
            ShouldRetry = false,
            ResetsAt = DateTimeOffset.UnixEpoch,
        };
        var (flight, record) = _peer.Lead();
        record.Describe(Source);
        record.Append(hasBegun ? "x"u8 : default);
        record.Fail(error);

        Assert.Equal(FollowEnd.Ended, await FollowAsync(flight));
        Assert.Equal((RecordEnd.Failed, error, Source), (_into.End, _into.Error, _into.Source));
        Assert.Equal(hasBegun ? 1 : 0, _into.Length);
    }

    [Fact]
    public async Task Follow_FlightIsHandedOver_LeavesTheCopyOpen()
    {
        var (flight, record) = _peer.Lead();
        var follow = FollowAsync(flight);
        await Eventually.TrueAsync(() => _peer.Readers == 1);
        record.HandOver();

        Assert.Equal(FollowEnd.HandedOver, await follow);
        Assert.Equal((RecordEnd.Open, 0), (_into.End, _into.Length));
    }

    [Fact]
    public async Task Follow_UnknownFlight_IsGone()
    {
        Assert.Equal(FollowEnd.Gone, await FollowAsync(Guid.NewGuid()));
        Assert.Equal((RecordEnd.Open, 0), (_into.End, _into.Length));
    }

    [Fact]
    public async Task Follow_AgainIntoTheSameRecord_GetsTheNextFlight()
    {
        Assert.Equal(FollowEnd.Gone, await FollowAsync(Guid.NewGuid()));
        var (flight, record) = _peer.Lead();
        record.Append("x"u8);
        record.Complete(null);

        Assert.Equal(FollowEnd.Ended, await FollowAsync(flight));
        Assert.Equal("x"u8, _into.Read(0).ToArray());
    }

    [Fact]
    public async Task Follow_WrongSecret_IsLostAndReadsNothing()
    {
        var (flight, record) = _peer.Lead();
        record.Append("x"u8);
        using var stranger = new FlightClient(FlightPeer.SecretOf("guess"), _time);

        Assert.Equal(FollowEnd.Lost, await stranger.FollowAsync(_peer.Url, flight, _into, Cancel).WaitAsync(Bound, Cancel));
        Assert.Equal((0, 0), (_into.Length, _peer.Begun));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("guess")]
    public async Task Endpoint_WrongSecret_Answers401(string? secret)
    {
        var (flight, _) = _peer.Lead();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_peer.Url, FlightEndpoint.PathOf(flight)));
        if (secret is not null)
        {
            request.Headers.Add(GatewaySecret.Header, secret);
        }

        using var response = await http.SendAsync(request, Cancel);

        Assert.Equal((HttpStatusCode.Unauthorized, 0), (response.StatusCode, _peer.Begun));
        Assert.Contains("\"invalid_api_key\"", await response.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Follow_OneFollowerLeaves_TheOtherGoesOn()
    {
        var (flight, record) = _peer.Lead();
        var leaverCopy = new AnswerRecord();
        using var leaving = new CancellationTokenSource();
        var leaver = _client.FollowAsync(_peer.Url, flight, leaverCopy, leaving.Token);
        var follow = FollowAsync(flight);
        record.Append("ab"u8);
        Assert.True(await leaverCopy.WaitAsync(1, Cancel));
        Assert.True(await _into.WaitAsync(1, Cancel));

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        await Eventually.TrueAsync(() => _peer.Readers == 1);
        record.Append("c"u8);
        record.Complete(null);
        Assert.Equal(FollowEnd.Ended, await follow);
        Assert.Equal("abc"u8, _into.Read(0).ToArray());
        Assert.Equal("ab"u8, leaverCopy.Read(0).ToArray());
    }

    [Fact]
    public async Task Follow_LeaderStops_ItsFlightIsFollowedToTheEnd()
    {
        var (flight, record) = _peer.Lead();
        var follow = FollowAsync(flight);
        record.Append("a"u8);
        Assert.True(await _into.WaitAsync(0, Cancel));

        var stop = _peer.StopAsync();
        Assert.False(stop.IsCompleted);
        record.Append("b"u8);
        record.Complete(null);

        Assert.Equal(FollowEnd.Ended, await follow);
        Assert.Equal("ab"u8, _into.Read(0).ToArray());
        await stop.WaitAsync(Bound, Cancel);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follow_LeaderDies_IsLostWithWhatHadCome(bool hasBegun)
    {
        var (flight, record) = _peer.Lead();
        var follow = FollowAsync(flight);
        await Eventually.TrueAsync(() => _peer.Readers == 1);
        if (hasBegun)
        {
            record.Append("a"u8);
            Assert.True(await _into.WaitAsync(0, Cancel));
        }

        await _peer.DieAsync();

        Assert.Equal(FollowEnd.Lost, await follow);
        Assert.Equal((RecordEnd.Open, hasBegun ? 1 : 0), (_into.End, _into.Length));
    }

    [Fact]
    public async Task Follow_NobodyListens_IsLost()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var url = new Uri($"http://{listener.LocalEndpoint}/");
        listener.Stop();

        Assert.Equal(FollowEnd.Lost, await _client.FollowAsync(url, Guid.NewGuid(), _into, Cancel).WaitAsync(Bound, Cancel));
    }

    [Fact]
    public async Task Follow_RecordThatHasBytes_IsABug()
    {
        _into.Append("x"u8);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => FollowAsync(Guid.NewGuid()));
    }

    [Fact]
    public async Task Endpoint_NothingHappens_BeatsEachSecond()
    {
        var (flight, record) = _peer.Lead();
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add(GatewaySecret.Header, "s3cret");
        await using var body = await http.GetStreamAsync(new Uri(_peer.Url, FlightEndpoint.PathOf(flight)), Cancel);

        for (var beat = 0; beat < 3; beat++)
        {
            var frame = new byte[6];
            var read = body.ReadExactlyAsync(frame, Cancel).AsTask();
            var before = _peer.Time.GetUtcNow();
            await _peer.Time.WhileAsync(read.ContinueWith(done => done.IsCompletedSuccessfully, TaskScheduler.Default));
            Assert.Equal([(byte)FrameKind.Heartbeat, 0, 0, 0, 1, 0], frame);
            Assert.True(_peer.Time.GetUtcNow() - before > TimeSpan.Zero);
        }

        record.HandOver();
        using var rest = new MemoryStream();
        await body.CopyToAsync(rest, Cancel);
        Assert.Equal([(byte)FrameKind.Form, 0, 0, 0, 1, 1, (byte)FrameKind.HandedOver, 0, 0, 0, 0], rest.ToArray()[^11..]);
    }

    private Task<FollowEnd> FollowAsync(Guid flight) => _client.FollowAsync(_peer.Url, flight, _into, Cancel).WaitAsync(Bound, Cancel);

    private static async Task<List<long>> LengthsAsync(AnswerRecord record)
    {
        var lengths = new List<long>();
        long position = 0;
        while (await record.WaitAsync(position, Cancel))
        {
            position = record.Length;
            lengths.Add(position);
        }

        return lengths;
    }
}
