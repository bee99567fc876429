using ThotNet.Silo.Caching;
using ThotNet.Silo.Flights;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>Equal requests at the same time, on three silos: one provider call, whoever leaves.</summary>
public sealed class FlightClusterTests : IClassFixture<FlightClusterTests.Fixture>
{
    // The cluster is that of all these tests; each asks something else.
    private readonly SiloCluster _cluster;
    private readonly int _callsBefore;

    public FlightClusterTests(Fixture fixture)
    {
        _cluster = fixture.Cluster;
        _cluster.Provider.Answer = null;
        _callsBefore = _cluster.Provider.Calls;
    }

    private int Calls => _cluster.Provider.Calls - _callsBefore;

    [Fact]
    public async Task HundredEqualRequests_OnThreeSilos_MakeOneProviderCall()
    {
        var requests = Enumerable.Range(0, 100).Select(number => AskAsync(number % 3, "one for all", stream: number % 2 == 0)).ToList();
        var call = await _cluster.Provider.NextAsync();
        await SeatsAsync(100);
        await call.AnswerAsync("the answer");
        var replies = await Task.WhenAll(requests);

        Assert.All(replies, reply => Assert.Equal((200, "the answer", true), (reply.Status, reply.Text, reply.IsWhole)));
        Assert.Equal("gen-1", Assert.Single(replies.Select(reply => reply.Id).Distinct()));
        Assert.Equal((1, 99), (replies.Count(reply => reply.Cache == "miss"), replies.Count(reply => reply.Cache == "coalesced")));
        Assert.Equal(1, Calls);
    }

    // Who comes when the flight is over finds its answer in Redis, unless that does not answer in time: each such look-up may cost a call.
    [Fact]
    public async Task HundredEqualRequests_ThatComeAnyTime_MakeOneProviderCall()
    {
        _cluster.Provider.Answer = "at once";
        var faults = Faults();
        var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(number => Task.Run(() => AskAsync(number % 3, "any time", stream: number % 3 == 1))));

        Assert.All(replies, reply => Assert.Equal((200, "at once", true), (reply.Status, reply.Text, reply.IsWhole)));
        Assert.InRange(Calls, 1, 1 + Faults() - faults);

        long Faults() => Enumerable.Range(0, 3).Sum(silo => _cluster.Service<CacheMetrics>(silo).Faults is { } counts ? counts.Names.Sum(counts.Of) : 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Follower_OfAStream_SeesEachPieceBeforeTheNextIsWritten(int followersSilo)
    {
        var leading = _cluster.PostAsync(0, $"live {followersSilo}", stream: true);
        var call = await _cluster.Provider.NextAsync();
        var following = _cluster.PostAsync(followersSilo, $"live {followersSilo}", stream: true);
        await ReadersAsync(0, 2);
        await call.SendAsync("one");
        using var leader = await LiveStream.OpenAsync(leading);
        using var follower = await LiveStream.OpenAsync(following);
        await leader.SeesAsync("one");
        await follower.SeesAsync("one");
        await call.SendAsync("two");
        await follower.SeesAsync("two");
        await call.EndAsync();
        await follower.SeesAsync("[DONE]");

        Assert.Equal(1, Calls);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Leader_WhoLeavesBeforeTheFirstByte_DoesNotStopTheOthers(int followersSilo)
    {
        using var leave = new CancellationTokenSource();
        var leading = _cluster.PostAsync(0, $"left early {followersSilo}", stream: true, cancel: leave.Token);
        var call = await _cluster.Provider.NextAsync();
        var following = AskAsync(followersSilo, $"left early {followersSilo}", stream: false);
        await ReadersAsync(0, 2);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leading);
        await ReadersAsync(0, 1);
        await call.AnswerAsync("still here");

        Assert.Equal((200, "still here", "coalesced"), Shown(await following));
        Assert.Equal(1, Calls);
    }

    [Fact]
    public async Task Leader_WhoLeavesInMidStream_DoesNotStopTheOthers()
    {
        using var leave = new CancellationTokenSource();
        var leading = _cluster.PostAsync(0, "left late", stream: true, cancel: leave.Token);
        var call = await _cluster.Provider.NextAsync();
        var followers = new[] { AskAsync(0, "left late", stream: true), AskAsync(1, "left late", stream: true), AskAsync(2, "left late", stream: false) };
        await ReadersAsync(0, 4);
        await call.SendAsync("begun ");
        (await leading).Dispose();
        await leave.CancelAsync();
        await ReadersAsync(0, 3);
        await call.SendAsync("and ended");
        await call.EndAsync();

        Assert.All(await Task.WhenAll(followers), reply => Assert.Equal((200, "begun and ended", "coalesced"), Shown(reply)));
        Assert.Equal(1, Calls);
    }

    [Fact]
    public async Task Followers_WhoLeave_TouchNobody_AndTheLastOneEndsTheCall()
    {
        using var leave = new CancellationTokenSource();
        using var leaveLast = new CancellationTokenSource();
        var last = _cluster.PostAsync(0, "all leave", stream: true, cancel: leaveLast.Token);
        var call = await _cluster.Provider.NextAsync();
        var others = new[] { 0, 1, 2 }.Select(silo => _cluster.PostAsync(silo, "all leave", stream: true, cancel: leave.Token)).ToList();
        await ReadersAsync(0, 4);
        await leave.CancelAsync();
        await ReadersAsync(0, 1);
        foreach (var other in others)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => other);
        }

        Assert.False(call.Left.IsCancellationRequested);
        await leaveLast.CancelAsync();
        await Eventually.TrueAsync(() => call.Left.IsCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => last);

        // Nothing of it is left behind: the next one asks anew.
        var next = AskAsync(1, "all leave", stream: false);
        await (await _cluster.Provider.NextAsync()).AnswerAsync("anew");
        Assert.Equal((200, "anew", "miss"), Shown(await next));
    }

    [Fact]
    public async Task Provider_ThatFails_FailsForAllOfThem_AndTheNextAsksAnew()
    {
        var requests = Enumerable.Range(0, 9).Select(number => AskAsync(number % 3, "fails", stream: number % 2 == 0)).ToList();
        var call = await _cluster.Provider.NextAsync();
        await SeatsAsync(9);
        await call.FailAsync(400);

        Assert.All(await Task.WhenAll(requests), reply => Assert.Equal(400, reply.Status));
        Assert.Equal(1, Calls);
        var next = AskAsync(2, "fails", stream: false);
        await (await _cluster.Provider.NextAsync()).AnswerAsync("better");
        Assert.Equal((200, "better", "miss"), Shown(await next));
    }

    [Fact]
    public async Task Provider_ThatBreaksInMidStream_BreaksAllStreams_AndTheOthersAskAnew()
    {
        var streaming = new[] { 0, 1, 2 }.Select(silo => _cluster.PostAsync(silo, "breaks", stream: true)).ToList();
        var call = await _cluster.Provider.NextAsync();
        await SeatsAsync(3);
        var whole = AskAsync(1, "breaks", stream: false);
        await SeatsAsync(4);
        await call.SendAsync("half");
        var responses = await Task.WhenAll(streaming);
        call.Break();
        var streams = await Task.WhenAll(responses.Select(CacheReply.ReadAsync));
        await (await _cluster.Provider.NextAsync()).AnswerAsync("whole");

        Assert.All(streams, reply => Assert.Equal((200, "half", false), (reply.Status, reply.Text, reply.IsWhole)));
        Assert.Equal((200, "whole"), ((await whole).Status, (await whole).Text));
        Assert.Equal(2, Calls);
    }

    [Fact]
    public async Task OtherCallers_EqualRequestUnderWay_IsNotTheirs()
    {
        var alices = AskAsync(0, "secret", stream: true);
        var first = await _cluster.Provider.NextAsync();
        var bobs = AskAsync(0, "secret", stream: true, "bob");
        var second = await _cluster.Provider.NextAsync();
        var carols = AskAsync(1, "secret", stream: false, "carol");
        var third = await _cluster.Provider.NextAsync();
        await first.AnswerAsync("for alice");
        await second.AnswerAsync("for bob");
        await third.AnswerAsync("for carol");

        Assert.Equal((200, "for alice", "miss"), Shown(await alices));
        Assert.Equal((200, "for bob", "miss"), Shown(await bobs));
        Assert.Equal((200, "for carol", "miss"), Shown(await carols));
    }

    [Fact]
    public async Task NoCacheAndNoStore_ShareNothing()
    {
        var first = AskAsync(0, "own", stream: false);
        var call = await _cluster.Provider.NextAsync();
        var own = AskAsync(0, "own", stream: false, "alice", ("Cache-Control", "no-cache"));
        var ownCall = await _cluster.Provider.NextAsync();
        var unstored = AskAsync(1, "own", stream: false, "alice", ("Cache-Control", "no-store"));
        var unstoredCall = await _cluster.Provider.NextAsync();
        await call.AnswerAsync("first");
        await unstoredCall.AnswerAsync("unstored");

        Assert.Equal((200, "first", "miss"), Shown(await first));
        Assert.Equal((200, "unstored", "bypass"), Shown(await unstored));
        await ownCall.AnswerAsync("own");
        Assert.Equal((200, "own", "miss"), Shown(await own));
        Assert.Equal((200, "own", "hit"), Shown(await AskAsync(0, "own", stream: true)));
    }

    [Fact]
    public async Task Flights_OnlyForSilos()
    {
        using var response = await _cluster.SendAsync(
            0, HttpMethod.Get, $"/internal/flights/{Guid.NewGuid()}", null, headers: ("x-thotnet-gateway-secret", "another-secret-0123456789"));
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, response.StatusCode);
    }

    private async Task<CacheReply> AskAsync(int silo, string prompt, bool stream, string caller = "alice", params (string, string)[] headers) =>
        await CacheReply.ReadAsync(await _cluster.PostAsync(silo, prompt, stream, caller, default, headers));

    // So many callers on the three silos, each of which has at least one: two of the silos follow the third.
    private Task SeatsAsync(int callers) =>
        Eventually.TrueAsync(() => Enumerable.Range(0, 3).Sum(silo => _cluster.Service<FlightTable>(silo).Seats) == callers + 2);

    // Callers of that silo and other silos that follow it.
    private Task ReadersAsync(int silo, int readers) => Eventually.TrueAsync(() => _cluster.Service<FlightTable>(silo).Seats == readers);

    private static (int Status, string? Text, string Cache) Shown(CacheReply reply) => (reply.Status, reply.Text, reply.Cache);

    public sealed class Fixture : IAsyncLifetime
    {
        internal SiloCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Cluster = await SiloCluster.StartAsync(3);

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }

    /// <summary>A stream that is read as it comes.</summary>
    private sealed class LiveStream(HttpResponseMessage response, StreamReader reader) : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

        public static async Task<LiveStream> OpenAsync(Task<HttpResponseMessage> posting)
        {
            var response = await posting.WaitAsync(Patience);
            return new(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
        }

        /// <summary>Reads until a line holds the text.</summary>
        public async Task SeesAsync(string text)
        {
            using var bound = new CancellationTokenSource(Patience);
            string? line;
            do
            {
                line = await reader.ReadLineAsync(bound.Token);
                Assert.NotNull(line);
            }
            while (!line.Contains(text, StringComparison.Ordinal));
        }

        public void Dispose()
        {
            reader.Dispose();
            response.Dispose();
        }
    }
}
