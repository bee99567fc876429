using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;

namespace ThotNet.EndToEnd.Tests;

/// <summary>What callers' own limits do to callers, and that they do nothing to others.</summary>
/// <remarks>Each test has a ThotNet of its own, with all limits unspent, and a file of settings that it may change.</remarks>
public sealed class CallerLimitTests : IAsyncLifetime
{
    private const string Body = """{"model":"auto","messages":[{"role":"user","content":"Hello [[tokens=12]]"}]}""";
    private const string Stream = """{"model":"auto","stream":true,"messages":[{"role":"user","content":"Hello [[tokens=12]]"}]}""";

    private static readonly string[] Names = ["alice", "bob", "carol", "dave", "erin"];

    private readonly TemporaryFolder _folder = new();
    private readonly StandaloneFixture _thotnet;

    public CallerLimitTests()
    {
        WriteLimits(alice: 3);
        _thotnet = new StandaloneFixture(
        [
            $"--THOTNET_CONFIG_FILE={File}",
            .. Names.Select(name => $"--{name.ToUpperInvariant()}_KEY={KeyOf(name)}"),
        ]);
    }

    private string File => Path.Combine(_folder.Path, "thotnet.json");

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _thotnet.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Limit_OfOneCaller_RefusesItAloneAndNothingIsSentForIt()
    {
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(200, await StatusAsync("alice"));
        }

        using var refused = await PostAsync("alice");
        Assert.Equal(429, (int)refused.StatusCode);
        var (message, type, code) = await ErrorAsync(refused);
        Assert.StartsWith("Rate limit reached for your API key: 3 requests per minute. Try again in ", message, StringComparison.Ordinal);
        Assert.Equal(("requests", "rate_limit_exceeded"), (type, code));
        var wait = Number(refused, "Retry-After");
        Assert.InRange(wait, 1, 75);
        Assert.Equal(wait * 1000, Number(refused, "retry-after-ms"));

        for (var request = 0; request < 5; request++)
        {
            Assert.Equal(200, await StatusAsync("bob"));
            Assert.Equal(200, await StatusAsync(null));
        }

        Assert.Equal(13, _thotnet.Simulator.Requests().Count);
    }

    [Fact]
    public async Task Headers_OfEveryAnswer_SayWhereTheCallersLimitsStand_Wire15()
    {
        using var first = await PostAsync("bob");
        Assert.Equal(("100", "99"), (Header(first, "x-ratelimit-limit-requests"), Header(first, "x-ratelimit-remaining-requests")));
        Assert.Matches("^([0-9]+m)?[0-9.]+m?s$", Header(first, "x-ratelimit-reset-requests"));
        Assert.Equal("100000", Header(first, "x-ratelimit-limit-tokens"));
        Assert.InRange(Number(first, "x-ratelimit-remaining-tokens"), 90_000, 99_999);

        using var stream = await PostAsync("bob", Stream);
        Assert.Equal("98", Header(stream, "x-ratelimit-remaining-requests"));
        await stream.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

        using var unknown = await PostAsync("bob", Body.Replace("auto", "no-such-model", StringComparison.Ordinal));
        Assert.Equal((404, "98"), ((int)unknown.StatusCode, Header(unknown, "x-ratelimit-remaining-requests")));

        using var models = await SendAsync("bob", new HttpRequestMessage(HttpMethod.Get, "/v1/models"));
        Assert.Equal((200, "98"), ((int)models.StatusCode, Header(models, "x-ratelimit-remaining-requests")));
    }

    [Fact]
    public async Task Headers_OfProviders_NeverReachACaller()
    {
        _thotnet.Simulator.SetFaults(
            """{"provider":"groq","status":429,"headers":{"x-ratelimit-limit-requests":"77","x-ratelimit-remaining-tokens":"66","retry-after":"1"},"body":"{}"}""");
        const string ToGroq = """{"model":"groq/openai/gpt-oss-20b","messages":[{"role":"user","content":"Hello"}]}""";

        using var unlimited = await SendAsync(null, ChatPost.Of(ToGroq), maxWait: 0);
        using var limited = await SendAsync("bob", ChatPost.Of(ToGroq), maxWait: 0);

        Assert.Equal((429, 429), ((int)unlimited.StatusCode, (int)limited.StatusCode));
        Assert.DoesNotContain(unlimited.Headers, header => header.Key.StartsWith("x-ratelimit", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("100", Header(limited, "x-ratelimit-limit-requests"));
        Assert.InRange(Number(limited, "x-ratelimit-remaining-tokens"), 67, 100_000);
    }

    [Fact]
    public async Task Limit_OfADay_IsNotRetriedByClients_Wire16()
    {
        Assert.Equal(200, await StatusAsync("dave"));

        using var refused = await PostAsync("dave");

        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Equal(("insufficient_quota", "insufficient_quota"), ((await ErrorAsync(refused)).Type, (await ErrorAsync(refused)).Code));
        Assert.Equal("false", Header(refused, "x-should-retry"));
        Assert.InRange(Number(refused, "Retry-After"), 1, 60);
    }

    [Fact]
    public async Task Limit_CallerAskedToWait_IsServedAfterIt()
    {
        Assert.Equal(200, await StatusAsync("erin"));

        using var served = await SendAsync("erin", ChatPost.Of(Body), maxWait: 60);

        Assert.Equal(200, (int)served.StatusCode);
    }

    [Fact]
    public async Task Request_LargerThanTheCallersLimit_Is413()
    {
        using var refused = await PostAsync("bob", Body.Replace("\"model\"", "\"max_tokens\":200000,\"model\"", StringComparison.Ordinal));

        Assert.Equal(413, (int)refused.StatusCode);
        var (message, _, code) = await ErrorAsync(refused);
        Assert.EndsWith("the limit of your API key is 100000 tokens per minute.", message, StringComparison.Ordinal);
        Assert.Equal("request_too_large", code);
    }

    [Fact]
    public async Task NoTarget_CallerGetsItsAmountsBack()
    {
        _thotnet.Simulator.SetFaults("""{"provider":"groq","status":404,"body":"{\"error\":{\"message\":\"gone\",\"code\":\"model_not_found\"}}"}""");
        const string ToGroq = """{"model":"groq/openai/gpt-oss-20b","messages":[{"role":"user","content":"Hello"}]}""";
        Assert.Equal(404, await StatusAsync("bob", ToGroq));
        var sent = _thotnet.Simulator.Requests().Count;

        for (var request = 0; request < 3; request++)
        {
            Assert.NotEqual(200, await StatusAsync("bob", ToGroq));
        }

        using var answer = await PostAsync("bob");
        var tried = _thotnet.Simulator.Requests().Count - sent;
        Assert.Equal(100 - 1 - tried, Number(answer, "x-ratelimit-remaining-requests"));
    }

    [Fact]
    public async Task DotNetClient_SeesTheLimitAndTheHeaders()
    {
        var client = new ChatClient(
            "auto",
            new ApiKeyCredential(KeyOf("alice")),
            new OpenAIClientOptions { Endpoint = new Uri(_thotnet.Host.GatewayUrl, "v1"), RetryPolicy = new ClientRetryPolicy(maxRetries: 0) });
        ChatMessage[] question = [new UserChatMessage("Hello [[tokens=12]]")];
        var served = await client.CompleteChatAsync(question);
        Assert.True(served.GetRawResponse().Headers.TryGetValue("x-ratelimit-remaining-requests", out var remaining));
        Assert.Equal("2", remaining);
        await client.CompleteChatAsync(question);
        await client.CompleteChatAsync(question);

        var error = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync(question));

        Assert.Equal(429, error.Status);
        Assert.Contains("rate_limit_exceeded", error.Message, StringComparison.Ordinal);
        Assert.Contains("3 requests per minute", error.Message, StringComparison.Ordinal);
        Assert.True(error.GetRawResponse()!.Headers.TryGetValue("x-ratelimit-remaining-requests", out remaining));
        Assert.Equal("0", remaining);
    }

    [Fact]
    public async Task Concurrency_WithStreams_IsHeldWhileTheyRunAndFreeAfterwards()
    {
        _thotnet.Simulator.SetFaults("""{"delayTokenMs":300}""");
        const string Long = """{"model":"auto","stream":true,"messages":[{"role":"user","content":"Hello [[tokens=400]]"}]}""";
        var streams = new List<HttpResponseMessage> { await PostAsync("carol", Long), await PostAsync("carol", Long) };
        Assert.All(streams, stream => Assert.Equal(200, (int)stream.StatusCode));

        using var refused = await PostAsync("carol", Long);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.Contains("2 requests at once", (await ErrorAsync(refused)).Message, StringComparison.Ordinal);
        Assert.Equal(200, await StatusAsync("bob", Stream));

        streams[0].Dispose();
        await Eventually.TrueAsync(async () =>
        {
            var next = await PostAsync("carol", Long);
            streams.Add(next);
            return (int)next.StatusCode == 200;
        });
        streams.ForEach(stream => stream.Dispose());
    }

    [Fact]
    public async Task File_Changed_RaisesAndLowersALimitWhileRequestsRun()
    {
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal(200, await StatusAsync("alice"));
        }

        Assert.Equal(429, await StatusAsync("alice"));

        WriteLimits(alice: 6);
        var served = 3;
        await Eventually.TrueAsync(async () => (served += await StatusAsync("alice") == 200 ? 1 : 0) == 6);
        Assert.Equal(429, await StatusAsync("alice"));

        // A file with mistakes changes nothing.
        System.IO.File.WriteAllText(
            File, """{ "ThotNet": { "Callers": { "alice": { "ApiKeyVariable": "ALICE_KEY", "Budgets": { "minute": { "Amount": -1 } } } } } }""");
        WriteLimits(alice: 3, bob: 2);
        await Eventually.TrueAsync(async () => await StatusAsync("bob") == 429);
        Assert.Equal(429, await StatusAsync("alice"));
        Assert.Equal(200, await StatusAsync(null));
    }

    private void WriteLimits(int alice, int bob = 100) => System.IO.File.WriteAllText(File, $$"""
        { "ThotNet": { "Callers": {
            "alice": { "ApiKeyVariable": "ALICE_KEY", "Budgets": { "minute": { "Amount": {{alice}} } } },
            "bob": { "ApiKeyVariable": "BOB_KEY", "Budgets": { "minute": { "Amount": {{bob}} }, "tokens": { "Metric": "Tokens", "Amount": 100000 } } },
            "carol": { "ApiKeyVariable": "CAROL_KEY", "Budgets": { "streams": { "Metric": "ConcurrentRequests", "Amount": 2 } } },
            "dave": { "ApiKeyVariable": "DAVE_KEY", "Budgets": { "day": { "Amount": 1, "Window": "1.00:00:00" } } },
            "erin": { "ApiKeyVariable": "ERIN_KEY", "Budgets": { "short": { "Amount": 1, "Window": "00:00:02" } } } } } }
        """);

    private static string KeyOf(string name) => $"tn-key-of-{name}-0123456789";

    private Task<HttpResponseMessage> PostAsync(string? caller, string body = Body) => SendAsync(caller, ChatPost.Of(body));

    private async Task<int> StatusAsync(string? caller, string body = Body)
    {
        using var response = await PostAsync(caller, body);
        await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    private Task<HttpResponseMessage> SendAsync(string? caller, HttpRequestMessage request, int? maxWait = null)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", caller is null ? StandaloneFixture.ApiKey : KeyOf(caller));
        if (maxWait is { } seconds)
        {
            request.Headers.Add("x-thotnet-max-wait", seconds.ToString(CultureInfo.InvariantCulture));
        }

        return _thotnet.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    private static string Header(HttpResponseMessage response, string name) => Assert.Single(response.Headers.GetValues(name));

    private static long Number(HttpResponseMessage response, string name) => long.Parse(Header(response, name), CultureInfo.InvariantCulture);

    private static async Task<(string Message, string Type, string? Code)> ErrorAsync(HttpResponseMessage response)
    {
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var error = json.RootElement.GetProperty("error");
        return (error.GetProperty("message").GetString()!, error.GetProperty("type").GetString()!, error.GetProperty("code").GetString());
    }
}
