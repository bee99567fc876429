namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>Silos that die or leave while others follow their flights: each a process, ended from outside.</summary>
public sealed class LeaderDeathTests : IClassFixture<LeaderDeathTests.Fixture>, IAsyncLifetime
{
    private readonly SiloProcesses? _silos;
    private int _callsBefore;

    public LeaderDeathTests(Fixture fixture) => _silos = fixture.Silos;

    private SiloProcesses Silos => _silos!;

    private int Calls => Silos.Provider.Calls - _callsBefore;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(LocalCluster.Obstacle is null, LocalCluster.Obstacle ?? "");
        await Silos.RestoreAsync();
        Silos.Provider.Answer = null;
        _callsBefore = Silos.Provider.Calls;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Leader_KilledBeforeTheFirstByte_IsReplacedByOneOther()
    {
        const int Leader = 0;
        const string Prompt = "killed early";
        var (lost, _) = await LeadAsync(Leader, Prompt);
        var followers = Others(Leader).SelectMany(silo => new[] { AskAsync(silo, Prompt, stream: true), AskAsync(silo, Prompt, stream: false) }).ToList();
        await FollowedAsync(Leader, callersEach: 2);
        await Silos.KillAsync(Leader);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => lost);

        var second = await Silos.Provider.NextAsync();
        var (one, other) = (Others(Leader)[0], Others(Leader)[1]);
        await Eventually.TrueAsync(async () => Calls > 2 || await Silos.FollowedAsync(one, other) + await Silos.FollowedAsync(other, one) == 1, "one follows the other", 30);
        Assert.Equal(2, Calls);
        await second.AnswerAsync("from another");

        Assert.All(await Task.WhenAll(followers), reply => Assert.Equal((200, "from another", true), Shown(reply)));
        Assert.Equal(2, Calls);
    }

    [Fact]
    public async Task Leader_KilledInMidStream_BreaksStreams_AndOthersAskAnew()
    {
        const int Leader = 2;
        var (leading, call) = await LeadAsync(Leader, "killed late", stream: true);
        var streaming = Others(Leader).Select(silo => Silos.PostAsync(silo, "killed late", stream: true)).ToList();
        await FollowedAsync(Leader, callersEach: 1);
        var whole = AskAsync(0, "killed late", stream: false);
        await Eventually.TrueAsync(async () => await Silos.CallersAsync(0) == 2);
        await call.SendAsync("half");
        using var lost = await leading;
        var responses = await Task.WhenAll(streaming);
        await Silos.KillAsync(Leader);
        var streams = await Task.WhenAll(responses.Select(SseLog.ReadAsync));
        await (await Silos.Provider.NextAsync()).AnswerAsync("whole");

        Assert.All(streams, stream =>
        {
            Assert.Equal((true, false), (stream.Broken, stream.HasDone));
            Assert.Single(stream.Data, data => data.Contains("half", StringComparison.Ordinal));
            Assert.StartsWith("""{"error":{"message":"The stream ended before the answer was complete""", stream.Data[^1], StringComparison.Ordinal);
        });
        Assert.Equal((200, "whole", true), Shown(await whole));
        Assert.Equal(2, Calls);
        Array.ForEach(responses, response => response.Dispose());
    }

    [Fact]
    public async Task Follower_Killed_TouchesNobody()
    {
        var (leading, call) = await LeadAsync(0, "follower killed", stream: true);
        var lost = Silos.PostAsync(1, "follower killed", stream: true);
        var other = AskAsync(2, "follower killed", stream: true);
        await FollowedAsync(0, callersEach: 1);
        await call.SendAsync("begun ");
        using var begun = await lost;
        await Silos.KillAsync(1);
        await call.SendAsync("and ended");
        await call.EndAsync();

        Assert.Equal((200, "begun and ended", true), Shown(await CacheReply.ReadAsync(await leading)));
        Assert.Equal((200, "begun and ended", true), Shown(await other));
        Assert.Equal(1, Calls);
    }

    [Fact]
    public async Task Leader_StoppedInMidStream_FinishesForItsFollowers()
    {
        var (leading, call) = await LeadAsync(1, "stopped", stream: true);
        var followers = new[] { AskAsync(0, "stopped", stream: true), AskAsync(2, "stopped", stream: false) };
        await FollowedAsync(1, callersEach: 1);
        await call.SendAsync("begun ");
        using var begun = await leading;
        var stopped = Silos.StopAsync(1);
        await Eventually.TrueAsync(async () => !await Silos.IsReadyAsync(1));
        await call.SendAsync("and ended");
        await call.EndAsync();

        Assert.All(await Task.WhenAll(followers), reply => Assert.Equal((200, "begun and ended", true), Shown(reply)));
        Assert.Equal((200, "begun and ended", true), Shown(await CacheReply.ReadAsync(begun)));
        await stopped;
        Assert.Equal(1, Calls);
    }

    [Fact]
    public async Task Answer_OfASiloThatDiedSince_IsAHitOnAnother()
    {
        var (leading, call) = await LeadAsync(2, "stored");
        var storedBefore = await StoredAsync();
        await call.AnswerAsync("kept");
        var miss = await CacheReply.ReadAsync(await leading);
        await Eventually.TrueAsync(async () => await StoredAsync() > storedBefore);
        await Silos.KillAsync(2);

        // A look that takes too long is a miss: then only another look tells.
        CacheReply? hit = null;
        await Eventually.TrueAsync(async () => (hit = await AskAsync(0, "stored", stream: true, ("Cache-Control", "only-if-cached"))).Status == 200);
        Assert.Equal(("kept", "hit", miss.Id, true), (hit!.Text, hit.Cache, hit.Id, hit.IsWhole));
        Assert.Equal(1, Calls);

        Task<double> StoredAsync() => Silos.MetricAsync(2, "thotnet_cache_stored_bytes_total", "level=\"redis\"");
    }

    // A request whose silo leads: its call is there.
    private async Task<(Task<HttpResponseMessage> Response, GatedCall Call)> LeadAsync(int silo, string prompt, bool stream = false)
    {
        var response = Silos.PostAsync(silo, prompt, stream);
        return (response, await Silos.Provider.NextAsync());
    }

    // Both other silos have so many callers, and follow the leader's.
    private async Task FollowedAsync(int leader, int callersEach)
    {
        foreach (var silo in Others(leader))
        {
            await Eventually.TrueAsync(async () => await Silos.CallersAsync(silo) == callersEach && await Silos.FollowedAsync(silo, leader) == 1, $"silo {silo} follows");
        }

        Assert.Equal(1, Calls);
    }

    private async Task<CacheReply> AskAsync(int silo, string prompt, bool stream, params (string, string)[] headers) =>
        await CacheReply.ReadAsync(await Silos.PostAsync(silo, prompt, stream, headers));

    private static int[] Others(int silo) => [.. Enumerable.Range(0, SiloProcesses.Count).Where(other => other != silo)];

    private static (int Status, string? Text, bool IsWhole) Shown(CacheReply reply) => (reply.Status, reply.Text, reply.IsWhole);

    public sealed class Fixture : IAsyncLifetime
    {
        internal SiloProcesses? Silos { get; private set; }

        public async ValueTask InitializeAsync() => Silos = LocalCluster.Obstacle is null ? await SiloProcesses.StartAsync() : null;

        public async ValueTask DisposeAsync()
        {
            if (Silos is not null)
            {
                await Silos.DisposeAsync();
            }
        }
    }
}
