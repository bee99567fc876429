using System.Text;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Grains.Abstractions.Flights;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Flights;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Tests.Pipeline;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>Callers of one scope, the flights that they share, and what each gets when something is in the way.</summary>
public sealed class FlightFeedingTests
{
    private const string Answer =
        """{"id":"x","created":1,"model":"m","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"fresh"},"finish_reason":"stop"}]}""";

    private const string Begun = """{"id":"x","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"begun"}}]}""";

    private static readonly Patience Patient = new(TimeSpan.FromSeconds(25), IsAsked: true);

    private int _calls;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task OwnLimitsInTheWay_OthersOfTheScopeGetTheirOwnAnswer()
    {
        await using var silo = new FlightFixture(Answers());
        silo.Alice.Hold = new();
        silo.Alice.RefusesFor = TimeSpan.FromSeconds(50);
        var alice = silo.AskAsync("alice");
        var bob = silo.AskAsync("bob");
        Assert.Equal((1, 2), (silo.Table.Count, silo.Table.Seats));
        silo.Alice.Hold.SetResult();

        Assert.Equal(429, (await silo.Time.WhileAsync(alice)).Status);
        var reply = await silo.Time.WhileAsync(bob);

        Assert.Equal((200, "miss", 1), (reply.Status, reply.Cache, _calls));
        Assert.Contains("fresh", reply.Body, StringComparison.Ordinal);
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task HandedOverTwice_TimeIsTakenFromThePatienceOnce()
    {
        await using var silo = new FlightFixture(Answers());
        silo.Alice.RefusesFor = TimeSpan.FromSeconds(8);
        var first = silo.Table.Board(FlightFixture.Key);
        var alice = silo.AskAsync("alice", patience: Patient);
        silo.Time.Advance(TimeSpan.FromSeconds(10));
        silo.Table.Close(first.Flight);
        var second = silo.Table.Board(FlightFixture.Key);
        first.Flight.Record.HandOver();
        await Eventually.TrueAsync(() => silo.Table.Seats == 2);
        silo.Time.Advance(TimeSpan.FromSeconds(2));
        silo.Table.Close(second.Flight);
        second.Flight.Record.HandOver();

        // 13 s are left: enough for the 8 s after which her limits have room again.
        await Eventually.TrueAsync(() => silo.Alice.Requests.Count > 0 || alice.IsCompleted);
        silo.Alice.RefusesFor = TimeSpan.FromSeconds(7);
        var begun = silo.Time.GetUtcNow();
        await silo.Time.WhileAsync(alice);

        Assert.InRange((silo.Time.GetUtcNow() - begun).TotalSeconds, 7, 13);
    }

    [Theory]
    [InlineData(false, 1, "miss")]
    [InlineData(true, 0, "coalesced")]
    public async Task FlightWaitsLongerThanTheFollowerWantsTo_FollowerAsksForItself_UnlessAProviderWasAsked(bool isAsked, int calls, string result)
    {
        await using var silo = new FlightFixture(Answers());
        using var patient = silo.Table.Board(FlightFixture.Key);
        var bob = silo.AskAsync("bob", patience: new(TimeSpan.FromSeconds(5), IsAsked: true));
        if (isAsked)
        {
            patient.Flight.Record.NoteAsked();
        }

        silo.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(bob.IsCompleted);
        silo.Time.Advance(FlightReader.Grace);
        if (isAsked)
        {
            patient.Flight.Record.Append(Encoding.UTF8.GetBytes(Answer));
            patient.Flight.Record.Complete(null);
        }

        var reply = await silo.Time.WhileAsync(bob);
        Assert.Equal((200, calls, result), (reply.Status, _calls, reply.Cache));
    }

    [Fact]
    public async Task HandedOverByAStream_AndStoredMeanwhile_IsGivenAsTheWhole()
    {
        await using var peer = await FlightPeer.StartAsync();
        await using var silo = new FlightFixture(NeverAsked());
        var (flight, record) = peer.Lead(isStream: true);
        record.HandOver();
        silo.Grain.Answer = async ask =>
        {
            if (ask.Dead is null)
            {
                return new(false, flight, peer.Url);
            }

            await StoreAsync(silo);
            return await FakeFlightGrain.Lead(ask);
        };

        var reply = await silo.AskAsync("bob");

        Assert.Equal((200, "coalesced", Answer), (reply.Status, reply.Cache, reply.Body));
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task LeaderGone_AnswerIsInTheCacheByThen_NobodyIsAsked()
    {
        await using var peer = await FlightPeer.StartAsync();
        await using var silo = new FlightFixture(NeverAsked());
        silo.Grain.Answer = async ask =>
        {
            await StoreAsync(silo);
            return new(false, Guid.NewGuid(), peer.Url);
        };

        var reply = await silo.AskAsync("bob", stream: true);

        Assert.Equal((200, "coalesced"), (reply.Status, reply.Cache));
        Assert.EndsWith("data: [DONE]\n\n", reply.Body, StringComparison.Ordinal);
        Assert.Single(silo.Grain.Asks);
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task LeadersFailure_IsCountedAsTheLeaders()
    {
        await using var peer = await FlightPeer.StartAsync();
        await using var silo = new FlightFixture(NeverAsked());
        var (flight, record) = peer.Lead(isStream: false);
        record.Fail(ApiError.Unavailable("no"));
        silo.Grain.Answer = _ => Task.FromResult(new FlightPlace(false, flight, peer.Url));

        var reply = await silo.AskAsync("bob");

        Assert.Equal((503, "coalesced", 1), (reply.Status, reply.Cache, silo.Metrics.Requests.Of("coalesced")));
        Assert.Empty(silo.Grain.Ended);
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task LeaderGone_NothingStored_IsReplaced()
    {
        await using var peer = await FlightPeer.StartAsync();
        await using var silo = new FlightFixture(Answers());
        var gone = Guid.NewGuid();
        silo.Grain.Answer = ask => ask.Dead == gone ? FakeFlightGrain.Lead(ask) : Task.FromResult(new FlightPlace(false, gone, peer.Url));

        var reply = await silo.Time.WhileAsync(silo.AskAsync("bob"));

        Assert.Equal((200, "miss", 1), (reply.Status, reply.Cache, _calls));
        await Eventually.TrueAsync(() => silo.Grain.Ended.Contains(silo.Grain.Asks.First().FlightId));
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task LeftWhileAskingWhoLeads_TheLeadIsGivenUp()
    {
        await using var silo = new FlightFixture(NeverAsked());
        silo.Grain.Answer = _ => new TaskCompletionSource<FlightPlace>().Task;
        using var left = new CancellationTokenSource();
        var bob = silo.AskAsync("bob", left: left.Token);
        await left.CancelAsync();
        await bob;

        await Eventually.TrueAsync(() => silo.Grain.Ended.SequenceEqual(silo.Grain.Asks.Select(ask => ask.FlightId)));
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task BrokenInMidStream_StreamersAreTold_OthersAskForThemselvesAlone()
    {
        await using var silo = new FlightFixture(Answers());
        var broken = silo.Table.Board(FlightFixture.Key);
        broken.Flight.Record.IsStream = true;
        var streamer = silo.AskAsync("bob", stream: true);
        var whole = silo.AskAsync("carol");
        broken.Flight.Record.Append(Encoding.UTF8.GetBytes($"data: {Begun}\n\n"));
        broken.Flight.Record.Fail(ApiError.Unavailable("cut"));
        silo.Grain.Answer = _ => throw new InvalidOperationException("Somebody was asked who leads.");

        var told = await silo.Time.WhileAsync(streamer);
        var answered = await silo.Time.WhileAsync(whole);

        Assert.Contains("begun", told.Body, StringComparison.Ordinal);
        Assert.Contains("\"message\":\"cut\"", told.Body, StringComparison.Ordinal);
        Assert.Equal((200, "miss", 1), (answered.Status, answered.Cache, _calls));
        Assert.Empty(silo.Grain.Asks);
        Assert.Empty(silo.Grain.Ended);
    }

    [Fact]
    public async Task SharedFailure_IsToldToEachInItsLanguage()
    {
        var gate = new TaskCompletionSource();
        using var provider = new FakeProvider(async (request, _) =>
        {
            _calls++;
            await FakeProvider.Take(request);
            await gate.Task;
            return new HttpResponseMessage(System.Net.HttpStatusCode.Unauthorized) { Content = new StringContent("{}") };
        });
        await using var silo = new FlightFixture(provider);
        var spanish = silo.AskAsync("bob", language: "es");
        var english = silo.AskAsync("carol", stream: true);
        gate.SetResult();

        var (first, second) = (await silo.Time.WhileAsync(spanish), await silo.Time.WhileAsync(english));

        Assert.Equal(first.Status, second.Status);
        Assert.Equal((1, "es", "en"), (_calls, first.Headers.ContentLanguage.ToString(), second.Headers.ContentLanguage.ToString()));
        Assert.NotEqual(first.Body, second.Body);
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task CreatorLeaves_TheOtherGetsTheAnswer_AndTheLastOneEndsTheCall()
    {
        var gate = new TaskCompletionSource();
        using var provider = new FakeProvider(async (request, cancel) =>
        {
            _calls++;
            await FakeProvider.Take(request);
            await gate.Task.WaitAsync(cancel);
            return new HttpResponseMessage { Content = new StringContent(Answer, Encoding.UTF8, "application/json") };
        });
        await using var silo = new FlightFixture(provider);
        using var left = new CancellationTokenSource();
        var creator = silo.AskAsync("bob", left: left.Token);
        var other = silo.AskAsync("carol");
        await silo.Time.WhileAsync(CalledAsync());
        await left.CancelAsync();
        Assert.Equal(1, silo.Table.Seats);
        Assert.False(creator.IsCompleted);
        gate.SetResult();

        Assert.Equal((200, "coalesced", 1), ((await silo.Time.WhileAsync(other)).Status, (await other).Cache, _calls));
        await creator;
        Assert.Equal((1, 1), (silo.Metrics.Requests.Of("miss"), silo.Metrics.Requests.Of("coalesced")));
        await EmptyAsync(silo);
    }

    [Fact]
    public async Task OnlyIfCached_AsksNobody_ButIsGivenWhatIsStored()
    {
        await using var silo = new FlightFixture(NeverAsked());
        var only = new CacheControl { OnlyIfCached = true };
        var none = await silo.AskAsync("bob", control: only);
        await StoreAsync(silo);
        var stored = await silo.AskAsync("bob", control: only);
        silo.Time.Advance(TimeSpan.FromSeconds(10));
        var old = await silo.AskAsync("bob", control: only with { MaxAge = TimeSpan.FromSeconds(9) });
        var young = await silo.AskAsync("bob", control: only with { MaxAge = TimeSpan.FromSeconds(10) });
        var anew = await silo.AskAsync("bob", control: only with { NoCache = true });
        var bypassed = await silo.AskAsync("bob", control: only with { NoStore = true });

        Assert.Equal([504, 200, 504, 200, 504, 504], new[] { none, stored, old, young, anew, bypassed }.Select(reply => reply.Status));
        Assert.Equal(["miss", "hit", "miss", "hit", "miss", "bypass"], new[] { none, stored, old, young, anew, bypassed }.Select(reply => reply.Cache));
        Assert.Equal(("0", "", "10", "0"), (stored.Headers.Age.ToString(), old.Headers.Age.ToString(), young.Headers.Age.ToString(), young.Headers["x-thotnet-attempts"].ToString()));
        Assert.Equal(0, silo.Table.Count);
    }

    private static async Task StoreAsync(FlightFixture silo) => await silo.Cache.StoreAsync(
        new()
        {
            Key = FlightFixture.Key,
            Provider = "acme",
            Target = "acme/model-1",
            Caller = "carol",
            Body = Encoding.UTF8.GetBytes(Answer),
            StoredAt = silo.Time.GetUtcNow(),
            ExpiresAt = silo.Time.GetUtcNow() + TimeSpan.FromHours(1),
        },
        silo.Cache.Purges);

    private static Task EmptyAsync(FlightFixture silo) => Eventually.TrueAsync(() => silo.Table.Count == 0);

    private static FakeProvider NeverAsked() => new((_, _) => throw new InvalidOperationException("A provider was asked."));

    private FakeProvider Answers() => new(async (request, _) =>
    {
        Interlocked.Increment(ref _calls);
        await FakeProvider.Take(request);
        return new HttpResponseMessage { Content = new StringContent(Answer, Encoding.UTF8, "application/json") };
    });

    private async Task<bool> CalledAsync()
    {
        await Eventually.TrueAsync(() => Volatile.Read(ref _calls) == 1);
        return true;
    }
}
