using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ThotNet.Gateway.Tests.Clustering;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Endpoints;
using ThotNet.Silo.Tests.Caching;

namespace ThotNet.Silo.Tests.Endpoints;

public sealed class CacheEndpointTests : IAsyncDisposable
{
    private const string OneOfThree = "Say what to purge with exactly one of: model=<name>, key=<key id>, all=true.";

    private readonly CacheBench _bench = new("");
    private readonly DefaultHttpContext _http = new() { Response = { Body = new MemoryStream() } };
    private readonly AnswerCache _cache;
    private readonly Catalog _catalog = new(
        [
            new TargetDefinition("groq", "llama", ["fast"], 1, "q", Capabilities.None, 100),
            new TargetDefinition("openrouter", "llama", [], 1, "q", Capabilities.None, 100),
        ],
        []);

    public CacheEndpointTests() => _cache = _bench.Cache();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Get_ShowsWhatTheCacheHoldsAndSaved()
    {
        var answer = AnswerSamples.Answer(1);
        await _cache.StoreAsync(answer, _cache.Purges);
        await _cache.StoreAsync(AnswerSamples.Answer(2, new string('a', CacheBench.MaxEntryBytes + 1)), _cache.Purges);
        _bench.Metrics.Count("hit");
        _bench.Metrics.Count("hit");
        _bench.Metrics.Count("coalesced");
        _bench.Metrics.Saved("groq", "hit", new TokenUsage(10, 5, 15));
        _bench.Metrics.Saved("groq", "coalesced", new TokenUsage(1, 1, 2));
        _bench.Metrics.Saved("gemini", "hit", null);

        await CacheEndpoint.ShowAsync(_http, _cache, _bench.Metrics);
        await _http.Response.CompleteAsync();

        Assert.Equal(
            $$$$"""
            {"memory":{"entries":1,"bytes":{{{{MemoryLevel.SizeOf(answer)}}}}},"redis":"off","requests":{"hit":2,"miss":0,"coalesced":1,"bypass":0},"faults":{"too_large":1},
            "saved":{"gemini":{"requests":1,"tokens":0},"groq":{"requests":2,"tokens":17}}}
            """.ReplaceLineEndings(""),
            Body());
        Assert.Equal("application/json", _http.Response.ContentType);
    }

    [Theory]
    [InlineData("?model=llama", """{"purged":["model:groq/llama","model:openrouter/llama"]}""", "")]
    [InlineData("?model=fast", """{"purged":["model:groq/llama"]}""", "2,3")]
    [InlineData("?model=openrouter/llama", """{"purged":["model:openrouter/llama"]}""", "1")]
    [InlineData("?key=b", """{"purged":["caller:b"]}""", "1,2")]
    [InlineData("?all=true", """{"purged":["all"]}""", "")]
    public async Task Delete_WithOneOfThree_PurgesThat(string query, string told, string left)
    {
        await _cache.StoreAsync(AnswerSamples.Answer(1, target: "groq/llama", caller: "a"), _cache.Purges);
        await _cache.StoreAsync(AnswerSamples.Answer(2, target: "openrouter/llama", caller: "a"), _cache.Purges);
        await _cache.StoreAsync(AnswerSamples.Answer(3, target: "openrouter/llama", caller: "b"), _cache.Purges);

        await PurgeAsync(query);

        Assert.Equal((200, told, left), (_http.Response.StatusCode, Body(), await CacheBench.HeldAsync(_cache, 1, 2, 3)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?all=false")]
    [InlineData("?all=true&all=true")]
    [InlineData("?all=true&key=a")]
    [InlineData("?model=llama&key=a")]
    [InlineData("?model=")]
    [InlineData("?key=")]
    [InlineData("?everything=true")]
    public async Task Delete_WithNoneOrMoreOfThree_Is400AndPurgesNothing(string query)
    {
        await _cache.StoreAsync(AnswerSamples.Answer(1), _cache.Purges);

        await PurgeAsync(query);

        Assert.Equal((400, OneOfThree), (_http.Response.StatusCode, Message()));
        Assert.Equal("1", await CacheBench.HeldAsync(_cache, 1));
    }

    [Fact]
    public async Task Delete_OfAKeyLongerThanAny_Is400()
    {
        await PurgeAsync("?key=" + new string('k', 257));

        Assert.Equal((400, OneOfThree), (_http.Response.StatusCode, Message()));
    }

    [Fact]
    public async Task Delete_OfAnUnknownModel_Is404()
    {
        await PurgeAsync("?model=gpt");

        Assert.Equal((404, "The model 'gpt' does not exist or is not configured here."), (_http.Response.StatusCode, Message()));
    }

    [Fact]
    public async Task Delete_WithAMistake_SaysItInSpanishToWhomAsks()
    {
        _http.Request.Headers.AcceptLanguage = "es";
        await PurgeAsync("");

        Assert.Equal("Indique qué borrar con exactamente uno de: model=<nombre>, key=<id de la clave>, all=true.", Message());
    }

    [Fact]
    public async Task Delete_WhenRedisCannotBeReached_Is503AndInForceHere()
    {
        await using var bench = new CacheBench($"127.0.0.1:{RedisServer.FreePort()}");
        var cache = bench.Cache();
        await cache.StoreAsync(AnswerSamples.Answer(1), cache.Purges);
        _http.Request.QueryString = new QueryString("?all=true");

        await CacheEndpoint.PurgeAsync(_http, cache, _catalog);

        Assert.Equal(503, _http.Response.StatusCode);
        Assert.Equal("The purge is in force in this silo only: the cache's Redis could not be told. Try again.", Message());
        Assert.Equal("", await CacheBench.HeldAsync(cache, 1));
    }

    private async Task PurgeAsync(string query)
    {
        _http.Request.QueryString = new QueryString(query);
        await CacheEndpoint.PurgeAsync(_http, _cache, _catalog);
        await _http.Response.CompleteAsync();
    }

    private string Message() => JsonNode.Parse(Body())!["error"]!["message"]!.GetValue<string>();

    private string Body() => Encoding.UTF8.GetString(((MemoryStream)_http.Response.Body).ToArray());
}
