using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Hosting.Security;
using ThotNet.Silo.Flights;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>The client and leaders that misbehave.</summary>
public sealed class FlightClientTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly FakeTimeProvider _time = new();
    private readonly AnswerRecord _into = new();
    private readonly FlightClient _client;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FlightClientTests() => _client = new(FlightPeer.SecretOf("s3cret"), _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Follow_Request_IsAPlainGetWithTheSecret()
    {
        var flight = Guid.NewGuid();
        var seen = "";
        await using var peer = await FlightPeer.StartAsync(handler: http =>
        {
            seen = $"{http.Request.Protocol} {http.Request.Method} {http.Request.Path} {http.Request.Headers[GatewaySecret.Header]}";
            http.Response.StatusCode = 404;
            return Task.CompletedTask;
        });

        Assert.Equal(FollowEnd.Gone, await FollowAsync(peer, flight));
        Assert.Equal($"HTTP/1.1 GET /internal/flights/{flight:N} s3cret", seen);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Follow_OtherStatus_IsLost(int status)
    {
        await using var elsewhere = await FlightPeer.StartAsync(handler: Send(output => FlightFrames.WriteAnswered(output, null)));
        await using var peer = await FlightPeer.StartAsync(handler: http =>
        {
            http.Response.StatusCode = status;
            http.Response.Headers.Location = elsewhere.Url.AbsoluteUri;
            return Task.CompletedTask;
        });

        Assert.Equal(FollowEnd.Lost, await FollowAsync(peer));
        Assert.Equal(RecordEnd.Open, _into.End);
    }

    [Theory]
    [InlineData("")]
    [InlineData("03000000")]
    [InlineData("0900000000")]
    [InlineData("037fffffff00")]
    [InlineData("0400000000")]
    public async Task Follow_NonsenseOrNoEnd_IsLostWithWhatHadCome(string hex)
    {
        await using var peer = await FlightPeer.StartAsync(handler: Send(output =>
        {
            FlightFrames.WriteBytes(output, "ab"u8);
            output.Write(Convert.FromHexString(hex));
        }));

        Assert.Equal(FollowEnd.Lost, await FollowAsync(peer));
        Assert.Equal(RecordEnd.Open, _into.End);
        Assert.Equal("ab"u8, _into.Read(0).ToArray());
    }

    [Fact]
    public async Task Follow_FormSourceOrHandOverBehindTheFirstByte_IsLost()
    {
        foreach (var late in new Action<IBufferWriter<byte>>[]
        {
            output => FlightFrames.WriteForm(output, true),
            output => FlightFrames.WriteSource(output, new("a", "a/b", 1)),
            FlightFrames.WriteHandedOver,
        })
        {
            var into = new AnswerRecord();
            await using var peer = await FlightPeer.StartAsync(handler: Send(output =>
            {
                FlightFrames.WriteBytes(output, "ab"u8);
                late(output);
                FlightFrames.WriteAnswered(output, null);
            }));

            Assert.Equal(FollowEnd.Lost, await _client.FollowAsync(peer.Url, Guid.NewGuid(), into, Cancel).WaitAsync(Bound, Cancel));
            Assert.Equal((RecordEnd.Open, 2, false, null), (into.End, into.Length, into.IsStream, into.Source));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follow_EndInsideAnEvent_IsLostWithoutThePart(bool fails)
    {
        await using var peer = await FlightPeer.StartAsync(handler: Send(output =>
        {
            FlightFrames.WriteBytes(output, "data: 1\n\n"u8);
            FlightFrames.WriteBytes(output, "data: "u8, isPart: true);
            if (fails)
            {
                FlightFrames.WriteFailed(output, ApiError.Unavailable("x"));
            }
            else
            {
                FlightFrames.WriteAnswered(output, null);
            }
        }));

        Assert.Equal(FollowEnd.Lost, await FollowAsync(peer));
        Assert.Equal(RecordEnd.Open, _into.End);
        Assert.Equal("data: 1\n\n"u8, _into.Read(0).ToArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Follow_MoreThanTheLargestAnswer_IsLost(bool inParts)
    {
        await using var peer = await FlightPeer.StartAsync(handler: async http =>
        {
            var part = new byte[FlightFrames.MaxPayload];
            for (var sent = 0L; sent <= AnswerRecord.MaxBytes; sent += part.Length)
            {
                FlightFrames.WriteBytes(http.Response.BodyWriter, part, inParts);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            }

            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
            await NothingAsync(http);
        });

        Assert.Equal(FollowEnd.Lost, await FollowAsync(peer));
        Assert.Equal(inParts ? 0 : AnswerRecord.MaxBytes, _into.Length);
    }

    [Fact]
    public async Task Follow_NoAnswerAtAll_IsLostAfterTheSilence()
    {
        await using var peer = await FlightPeer.StartAsync(handler: NothingAsync);
        var follow = FollowAsync(peer);
        await _connected.Task.WaitAsync(Bound, Cancel);
        _time.Advance(FlightClient.Silence - TimeSpan.FromTicks(1));
        Assert.False(follow.IsCompleted);

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(FollowEnd.Lost, await follow);
    }

    [Fact]
    public async Task Follow_SignsOfLife_BeginTheSilenceAnew()
    {
        using var next = new SemaphoreSlim(0);
        await using var peer = await FlightPeer.StartAsync(handler: async http =>
        {
            for (var sent = 0; sent < 3; sent++)
            {
                FlightFrames.WriteHeartbeat(http.Response.BodyWriter, isAsked: false);
                FlightFrames.WriteBytes(http.Response.BodyWriter, "x"u8);
                await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
                await next.WaitAsync(http.RequestAborted);
            }
        });
        var follow = FollowAsync(peer);
        for (var seen = 0; seen < 3; seen++)
        {
            Assert.True(await _into.WaitAsync(seen, Cancel).AsTask().WaitAsync(Bound, Cancel));
            _time.Advance(FlightClient.Silence - TimeSpan.FromTicks(1));
            Assert.False(follow.IsCompleted);
            if (seen < 2)
            {
                next.Release();
            }
        }

        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(FollowEnd.Lost, await follow);
        Assert.Equal((RecordEnd.Open, 3), (_into.End, _into.Length));
    }

    [Fact]
    public async Task Follow_CancelledWhileNothingComes_Throws()
    {
        using var leaving = new CancellationTokenSource();
        await using var peer = await FlightPeer.StartAsync(handler: NothingAsync);
        var follow = _client.FollowAsync(peer.Url, Guid.NewGuid(), _into, leaving.Token);
        await _connected.Task.WaitAsync(Bound, Cancel);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follow.WaitAsync(Bound, Cancel));
    }

    private Task<FollowEnd> FollowAsync(FlightPeer peer, Guid? flight = null) =>
        _client.FollowAsync(peer.Url, flight ?? Guid.NewGuid(), _into, Cancel).WaitAsync(Bound, Cancel);

    private async Task NothingAsync(HttpContext http)
    {
        var left = new TaskCompletionSource();
        await using var leaving = http.RequestAborted.Register(left.SetResult);
        _connected.TrySetResult();
        await left.Task;
    }

    private static RequestDelegate Send(Action<IBufferWriter<byte>> write) => http =>
    {
        write(http.Response.BodyWriter);
        return Task.CompletedTask;
    };
}
