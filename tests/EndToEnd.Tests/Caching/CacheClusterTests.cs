using System.Text.Json;
using ThotNet.Silo.Caching;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>Stored answers on two silos with one Redis: what is served from it, to whom, in which form.</summary>
public sealed class CacheClusterTests : IClassFixture<CacheClusterTests.Fixture>
{
    private const string Purges = "/ops/api/cache";

    // The cluster is that of all these tests, but none asks what another has asked.
    private readonly string _run = $"{Guid.NewGuid():N}";
    private readonly SiloCluster _cluster;
    private readonly int _callsBefore;

    public CacheClusterTests(Fixture fixture)
    {
        _cluster = fixture.Cluster;
        _cluster.Provider.Answer = "kept";
        _callsBefore = _cluster.Provider.Calls;
    }

    private int Calls => _cluster.Provider.Calls - _callsBefore;

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task SecondRequest_OnAnySilo_IsAHitInItsOwnForm(bool storedAsStream, bool askedAsStream)
    {
        var first = await StoreAsync("forms", storedAsStream);
        foreach (var silo in new[] { 0, 1, 1 })
        {
            var hit = await AskAsync(silo, "forms", askedAsStream);
            Assert.Equal((200, "kept", "hit", true, !askedAsStream), (hit.Status, hit.Text, hit.Cache, hit.IsWhole, hit.HasUsage));
            Assert.Equal(first.Id, hit.Id);
            Assert.InRange(hit.Age!.Value, 0, 60);
        }

        Assert.Equal(("miss", null, 1), (first.Cache, first.Age, Calls));
    }

    [Fact]
    public async Task Hit_SaysWhoAnsweredAndThatNobodyWasAsked()
    {
        await StoreAsync("who");
        using var response = await _cluster.PostAsync(1, $"who {_run}");
        Assert.Equal(["acme", "model-1", "0"], new[] { "provider", "model", "attempts" }.Select(name => response.Headers.GetValues($"x-thotnet-{name}").Single()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ReplayedStream_HasUsageIfAskedFor(bool asked)
    {
        await StoreAsync("usage", stream: !asked);
        var body = $$$"""{"model":"auto","stream":true,"stream_options":{"include_usage":{{{(asked ? "true" : "false")}}}},"messages":[{"role":"user","content":"usage {run}"}]}""";
        var hit = await ChatAsync(0, body);
        Assert.Equal(("hit", "kept", true, asked), (hit.Cache, hit.Text, hit.IsWhole, hit.HasUsage));
    }

    [Fact]
    public async Task OtherNamesOfTheModel_AndOtherSpelling_AreTheSameRequest()
    {
        await StoreAsync("same");
        var hit = await ChatAsync(1, """{"messages" : [ {"content":"s\u0061me {run}","role":"user"}], "n":1, "user":"u", "model":"acme/model-1"}""");
        Assert.Equal("hit", hit.Cache);
    }

    [Theory]
    [InlineData("""{"model":"auto","messages":[{"role":"user","content":"Scoped {run}"}]}""")]
    [InlineData("""{"model":"auto","messages":[{"role":"system","content":"scoped {run}"}]}""")]
    [InlineData("""{"model":"auto","messages":[{"role":"user","content":"scoped {run}"}],"max_tokens":7}""")]
    [InlineData("""{"model":"auto","messages":[{"role":"user","content":"scoped {run}"}],"temperature":0.5}""")]
    [InlineData("""{"model":"auto","messages":[{"role":"user","content":"scoped {run}"}],"seed":1}""")]
    public async Task AnythingElse_IsAnotherRequest(string body)
    {
        await StoreAsync("scoped");
        Assert.Equal("miss", (await ChatAsync(0, body)).Cache);
    }

    [Fact]
    public async Task Scopes_NoAnswerReachesAnother()
    {
        await StoreAsync("private", caller: "alice");
        foreach (var caller in new[] { "bob", "dora", "Alice", "alice2", "", "shared" })
        {
            Assert.Equal((caller, "miss"), (caller, (await AskAsync(0, "private", false, caller)).Cache));
        }

        // Those who share do so with each other only.
        Assert.Equal("hit", (await AskAsync(1, "private", true, "emil")).Cache);
        Assert.Equal("miss", (await AskAsync(1, "private", false, "carol")).Cache);
    }

    [Theory]
    [InlineData("no-store", "bypass")]
    [InlineData("no-cache", "miss")]
    [InlineData("max-age=0", "miss")]
    [InlineData("max-age=3600", "hit")]
    [InlineData("only-if-cached", "hit")]
    [InlineData("unknown, max-age=soon", "hit")]
    public async Task CacheControl_IsObeyed(string value, string expected)
    {
        await StoreAsync("control");
        Assert.Equal((200, expected), await StatusAsync("control", ("Cache-Control", value)));
    }

    [Fact]
    public async Task OnlyIfCached_WithoutAnAnswer_Is504AndAsksNobody()
    {
        var reply = await AskAsync(0, "nothing", false, "alice", ("Cache-Control", "only-if-cached"));
        Assert.Equal((504, "not_cached", 0), (reply.Status, reply.Text, Calls));
    }

    [Fact]
    public async Task NoCache_ReplacesWhatWasStored()
    {
        await StoreAsync("renewed");
        _cluster.Provider.Answer = "newer";
        Assert.Equal("newer", (await AskAsync(0, "renewed", false, "alice", ("Cache-Control", "no-cache"))).Text);
        await Eventually.TrueAsync(async () => (await AskAsync(0, "renewed", true)).Text == "newer");
    }

    [Fact]
    public async Task Policies_OfCallers_AreObeyed()
    {
        await AskAsync(0, "policy", false, "off");
        Assert.Equal("bypass", (await AskAsync(0, "policy", false, "off")).Cache);
        Assert.Equal("bypass", (await AskAsync(0, "policy", false, "strict")).Cache);
        Assert.Equal("miss", (await AskAsync(0, "policy", false, "strict", ("x-thotnet-cache", "any-temperature"))).Cache);
        Assert.Equal(400, (await AskAsync(0, "policy", false, "strict", ("x-thotnet-cache", "everything"))).Status);
    }

    [Theory]
    [InlineData(null, "bypass", "bypass")]
    [InlineData("tools", "miss", "hit")]
    public async Task Tools_OnlyWithTheCallersWord(string? word, string first, string second)
    {
        const string Body =
            """{"model":"auto","messages":[{"role":"user","content":"tools {run}"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]}""";
        (string, string)[] headers = word is null ? [] : [("x-thotnet-cache", word)];
        Assert.Equal(first, (await SendAsync()).Cache);
        if (word is not null)
        {
            await Eventually.TrueAsync(async () => (await SendAsync()).Cache == second);
        }

        Assert.Equal(second, (await SendAsync()).Cache);

        async Task<CacheReply> SendAsync() => await ChatAsync(0, Body, headers);
    }

    [Theory]
    [InlineData("length")]
    [InlineData("content_filter")]
    public async Task AnswersCutShort_AreNotKept(string finishReason)
    {
        _cluster.Provider.Answer = null;
        foreach (var stream in new[] { false, true, false })
        {
            var asked = AskAsync(0, "cut", stream);
            await (await _cluster.Provider.NextAsync()).AnswerAsync("cu", finishReason);
            Assert.Equal("miss", (await asked).Cache);
            await FlownAsync();
        }
    }

    [Fact]
    public async Task Embeddings_AreKept()
    {
        const string Body = """{"model":"acme/vectors-1","input":"{run}"}""";
        Assert.Equal("miss", (await SendAsync(0, Body)).Cache);
        await FlownAsync();
        var hit = await SendAsync(1, """{"input":"{run}","encoding_format":"float","model":"acme/vectors-1"}""");
        Assert.Equal(("hit", true), (hit.Cache, hit.Text!.Contains("0.25", StringComparison.Ordinal)));
        Assert.Equal("miss", (await SendAsync(1, """{"input":"{run}","encoding_format":"base64","model":"acme/vectors-1"}""")).Cache);

        async Task<CacheReply> SendAsync(int silo, string body) => await CacheReply.ReadAsync(await _cluster.SendAsync(silo, HttpMethod.Post, "/v1/embeddings", body.Replace("{run}", _run, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("all=true", true, true)]
    [InlineData("model=auto", true, true)]
    [InlineData("key=alice", true, false)]
    [InlineData("key=bob", false, true)]
    public async Task Purge_HoldsOnAllSilos(string what, bool alices, bool bobs)
    {
        await StoreAsync("purged", caller: "alice");
        await StoreAsync("purged", caller: "bob");
        Assert.Equal(["hit", "hit"], new[] { (await AskAsync(1, "purged", false)).Cache, (await AskAsync(1, "purged", false, "bob")).Cache });
        using (var response = await _cluster.SendAsync(0, HttpMethod.Delete, $"{Purges}?{what}", null))
        {
            Assert.True(response.IsSuccessStatusCode);
        }

        foreach (var silo in new[] { 0, 1 })
        {
            foreach (var (caller, gone) in new[] { ("alice", alices), ("bob", bobs) })
            {
                // Only a look, so that nothing is stored anew.
                var expected = gone ? 504 : 200;
                await Eventually.TrueAsync(async () => (await AskAsync(silo, "purged", false, caller, ("Cache-Control", "only-if-cached"))).Status == expected);
            }
        }
    }

    [Fact]
    public async Task Purge_WhileAnAnswerIsUnderWay_HoldsForItToo()
    {
        _cluster.Provider.Answer = null;
        var asked = AskAsync(0, "under way", false);
        var call = await _cluster.Provider.NextAsync();
        using (await _cluster.SendAsync(0, HttpMethod.Delete, $"{Purges}?all=true", null))
        {
        }

        await call.AnswerAsync("old");
        Assert.Equal("old", (await asked).Text);
        await FlownAsync();
        Assert.Equal(504, (await AskAsync(0, "under way", false, "alice", ("Cache-Control", "only-if-cached"))).Status);

        // Until the other silo knows of the purge, it takes nothing that was stored after it: the next test must not begin before.
        await Eventually.TrueAsync(() => new[] { 0, 1 }.Select(silo => _cluster.Service<AnswerCache>(silo).Purges.Of(PurgeTag.All)).Distinct().Count() == 1);
    }

    [Fact]
    public async Task Overview_TellsWhatWasSaved()
    {
        await StoreAsync("saved");
        await AskAsync(0, "saved", true);
        using var response = await _cluster.SendAsync(0, HttpMethod.Get, Purges, null);
        using var json = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync());
        Assert.Contains("acme", json.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    private async Task<CacheReply> StoreAsync(string prompt, bool stream = false, string caller = "alice")
    {
        var reply = await AskAsync(0, prompt, stream, caller);
        Assert.Equal((200, "miss"), (reply.Status, reply.Cache));
        await FlownAsync();
        return reply;
    }

    // A flight is over once its answer is stored.
    private Task FlownAsync() => Eventually.TrueAsync(() => new[] { 0, 1 }.All(silo => _cluster.Service<ThotNet.Silo.Flights.FlightTable>(silo).Count == 0));

    private async Task<(int, string)> StatusAsync(string prompt, params (string, string)[] headers)
    {
        var reply = await AskAsync(0, prompt, false, "alice", headers);
        return (reply.Status, reply.Cache);
    }

    private async Task<CacheReply> AskAsync(int silo, string prompt, bool stream, string caller = "alice", params (string, string)[] headers) =>
        await CacheReply.ReadAsync(await _cluster.PostAsync(silo, $"{prompt} {_run}", stream, caller, default, headers));

    private async Task<CacheReply> ChatAsync(int silo, string body, params (string, string)[] headers) => await CacheReply.ReadAsync(
        await _cluster.SendAsync(silo, HttpMethod.Post, "/v1/chat/completions", body.Replace("{run}", _run, StringComparison.Ordinal), headers: headers));

    public sealed class Fixture : IAsyncLifetime
    {
        internal SiloCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Cluster = await SiloCluster.StartAsync(
            2, "ThotNet:Callers:dora:ApiKeyVariable=DORA_KEY", "ThotNet:Callers:dora:Cache:Scope=Shared", "ThotNet:Callers:emil:ApiKeyVariable=EMIL_KEY",
            "ThotNet:Callers:emil:Cache:Scope=Shared", "ThotNet:Callers:off:ApiKeyVariable=OFF_KEY", "ThotNet:Callers:off:Cache:Enabled=false",
            "ThotNet:Callers:strict:ApiKeyVariable=STRICT_KEY", "ThotNet:Callers:strict:Cache:MaxTemperature=0");
        }

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }
}
