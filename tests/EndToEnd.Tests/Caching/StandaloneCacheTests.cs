using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;
using ThotNet.Gateway.Tests.Clustering;

namespace ThotNet.EndToEnd.Tests.Caching;

/// <summary>The cache of a standalone process, on the Garnet that it brings, as callers of the gateway see it.</summary>
public sealed class StandaloneCacheTests(StandaloneCacheTests.Fixture fixture) : IClassFixture<StandaloneCacheTests.Fixture>
{
    private readonly string _run = $"{Guid.NewGuid():N}";
    private readonly StandaloneFixture _thotnet = fixture.Thotnet;
    private readonly int _sentBefore = fixture.Thotnet.Simulator.Requests().Count;

    private int Sent => _thotnet.Simulator.Requests().Count - _sentBefore;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task SecondRequest_ThroughTheGateway_IsAHitInEitherForm(bool storedAsStream)
    {
        var miss = await AskAsync("forms", storedAsStream);
        Assert.Equal((200, "miss", null, true), (miss.Status, miss.Cache, miss.Age, miss.IsWhole));
        await StoredAsync("forms");
        foreach (var stream in new[] { false, true })
        {
            var hit = await AskAsync("forms", stream);
            Assert.Equal((200, "hit", miss.Text, miss.Id, true), (hit.Status, hit.Cache, hit.Text, hit.Id, hit.IsWhole));
            Assert.InRange(hit.Age!.Value, 0, 60);
        }

        Assert.Equal(1, Sent);
    }

    [Fact]
    public async Task EqualRequests_AtTheSameTime_AreOneOfTheProviders()
    {
        _thotnet.Simulator.Latency = new() { FirstTokenMs = 1500 };
        try
        {
            var first = AskAsync("together", stream: true);
            await Eventually.TrueAsync(() => Sent == 1);
            var others = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => AskAsync("together", stream: number % 2 == 0)));
            var leader = await first;

            Assert.All(others, reply => Assert.Equal((200, "coalesced", leader.Text, leader.Id, true), (reply.Status, reply.Cache, reply.Text, reply.Id, reply.IsWhole)));
            Assert.Equal(("miss", 1), (leader.Cache, Sent));
        }
        finally
        {
            _thotnet.Simulator.Latency = new();
        }
    }

    [Fact]
    public async Task Client_OnHits_GetsWhatItGetsOnMisses()
    {
        var client = new ChatClient("auto", new ApiKeyCredential(StandaloneFixture.ApiKey), new OpenAIClientOptions
        {
            Endpoint = new Uri(_thotnet.Host.GatewayUrl, "v1"),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0),
        });
        ChatMessage[] question = [new UserChatMessage(Prompt("client"))];
        var miss = await client.CompleteChatAsync(question);
        await StoredAsync("client");
        var hit = await client.CompleteChatAsync(question);
        List<StreamingChatCompletionUpdate> updates = [];
        await foreach (var update in client.CompleteChatStreamingAsync(question))
        {
            updates.Add(update);
        }

        Assert.True(hit.GetRawResponse().Headers.TryGetValue("x-thotnet-cache", out var cache));
        Assert.Equal("hit", cache);
        Assert.Equal(
            (miss.Value.Id, miss.Value.Content[0].Text, ChatFinishReason.Stop, miss.Value.Usage.TotalTokenCount),
            (hit.Value.Id, hit.Value.Content[0].Text, hit.Value.FinishReason, hit.Value.Usage.TotalTokenCount));
        Assert.Equal(miss.Value.Content[0].Text, string.Concat(updates.SelectMany(update => update.ContentUpdate).Select(part => part.Text)));
        Assert.Equal(miss.Value.Id, Assert.Single(updates.Select(update => update.CompletionId).Distinct()));
        Assert.Single(updates, update => update.FinishReason == ChatFinishReason.Stop);
        Assert.Equal(miss.Value.Usage.TotalTokenCount, Assert.Single(updates, update => update.Usage is not null).Usage.TotalTokenCount);
        Assert.Equal(1, Sent);
    }

    [Fact]
    public async Task Purge_AtTheSilo_MakesAMissAtTheGateway()
    {
        await AskAsync("purged", stream: false);
        await StoredAsync("purged");
        using var message = new HttpRequestMessage(HttpMethod.Delete, new Uri(Fixture.Silo, "ops/api/cache?model=auto"));
        message.Headers.Add("x-thotnet-gateway-secret", Fixture.Secret);
        using var response = await _thotnet.Client.SendAsync(message);
        Assert.True(response.IsSuccessStatusCode);

        Assert.Equal(504, await LookAsync("purged"));
        Assert.Equal("miss", (await AskAsync("purged", stream: true)).Cache);
    }

    private string Prompt(string prompt) => $"{prompt} {_run} [[tokens=9]]";

    private Task StoredAsync(string prompt) => Eventually.TrueAsync(async () => await LookAsync(prompt) == 200);

    // Whether there is a stored answer; nobody is asked for one.
    private async Task<int> LookAsync(string prompt) => (await AskAsync(prompt, stream: false, "only-if-cached")).Status;

    private async Task<CacheReply> AskAsync(string prompt, bool stream, string? control = null)
    {
        using var message = ChatPost.Of($$"""{"model":"auto","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{Prompt(prompt)}}"}]}""");
        if (control is not null)
        {
            message.Headers.TryAddWithoutValidation("Cache-Control", control);
        }

        return await CacheReply.ReadAsync(await _thotnet.Client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead));
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal const string Secret = "secret-of-the-tests-0123";

        private static readonly int HttpPort = RedisServer.FreePort();

        internal static Uri Silo { get; } = new($"http://127.0.0.1:{HttpPort}");

        internal StandaloneFixture Thotnet { get; } =
            new("--ThotNet:Cache:Enabled=true", $"--THOTNET_GATEWAY_SECRET={Secret}", $"--ThotNet:Cluster:HttpPort={HttpPort}");

        public async ValueTask InitializeAsync()
        {
            await Thotnet.InitializeAsync();
            await CacheReadiness.ReachedAsync(Thotnet.Client, Silo, Secret);
        }

        public ValueTask DisposeAsync() => Thotnet.DisposeAsync();
    }
}
