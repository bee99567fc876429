using System.Text.Json;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.EndToEnd.Tests;

/// <summary>What a request carries from the caller through gateway and silo to the provider, and what comes back.</summary>
public sealed class RequestPathTests(StandaloneFixture thotnet)
{
    private const string Body = """{"model":"auto","messages":[{"role":"user","content":"Hello"}]}""";

    [Fact]
    public async Task Trace_FromCallerToProvider_IsOne()
    {
        const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        using var message = ChatPost.Of(Body);
        message.Headers.Add("traceparent", $"00-{Trace}-00f067aa0ba902b7-01");
        message.Headers.Authorization = thotnet.Client.DefaultRequestHeaders.Authorization;
        // Without the handler's own propagation: everything runs in this process and would add a trace of the test's.
        using var caller = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = thotnet.Host.GatewayUrl };
        using var response = await caller.SendAsync(message);

        var sent = Assert.Single(thotnet.Simulator.Requests(last: 1));
        Assert.Contains(Trace, sent.Headers["traceparent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_SeesItsOwnKeyAndNothingOfTheCaller()
    {
        using var response = await thotnet.PostChatAsync(Body);

        var sent = Assert.Single(thotnet.Simulator.Requests(last: 1));
        Assert.Equal("test", sent.Account); // The account of the key sim-test.
        var everything = JsonSerializer.Serialize(sent, ControlEndpoints.Json);
        Assert.DoesNotContain(StandaloneFixture.ApiKey, everything, StringComparison.Ordinal);
        Assert.DoesNotContain("x-thotnet", everything, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Answer_NamesItsProviderAndRequest()
    {
        using var message = ChatPost.Of(Body);
        message.Headers.Add("x-request-id", "my-own-id");
        using var response = await thotnet.Client.SendAsync(message);

        Assert.Equal("my-own-id", Assert.Single(response.Headers.GetValues("x-request-id")));
        var provider = Assert.Single(response.Headers.GetValues("x-thotnet-provider"));
        var model = Assert.Single(response.Headers.GetValues("x-thotnet-model"));
        Assert.Equal("1", Assert.Single(response.Headers.GetValues("x-thotnet-attempts")));
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal($"{provider}/{model}", body.GetProperty("model").GetString());
    }

    [Fact]
    public async Task OutputCap_WhenTheCallerGivesNone_IsSentUpstream()
    {
        using var response = await thotnet.PostChatAsync(Body);

        var sent = JsonDocument.Parse(Assert.Single(thotnet.Simulator.Requests(last: 1)).Body).RootElement;
        var cap = sent.TryGetProperty("max_completion_tokens", out var completion) ? completion : sent.GetProperty("max_tokens");
        Assert.Equal(1024, cap.GetInt32());
    }

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    [InlineData("/metrics")]
    public async Task OwnPages_WithoutKey_Answer(string path)
    {
        using var client = new HttpClient { BaseAddress = thotnet.Host.GatewayUrl };
        using var response = await client.GetAsync(path);

        Assert.Equal(200, (int)response.StatusCode);
    }

    [Fact]
    public async Task Metrics_AfterARequest_ShowWhereBudgetsAndSharesStand()
    {
        using var response = await thotnet.PostChatAsync(Body);

        await Eventually.TrueAsync(async () => (await MetricsAsync()).Contains("thotnet_budget_remaining", StringComparison.Ordinal), "a route table has come");
        var metrics = await MetricsAsync();
        Assert.Contains("quota=\"provider/openrouter/default\"", metrics, StringComparison.Ordinal);
        Assert.Contains("thotnet_share_achieved", metrics, StringComparison.Ordinal);
        Assert.Contains("thotnet_requests_total", metrics, StringComparison.Ordinal);
    }

    private Task<string> MetricsAsync() => thotnet.Client.GetStringAsync("/metrics");

    [Theory]
    [InlineData("/v1/nothing")]
    [InlineData("/nothing")]
    public async Task UnknownPath_Is404InTheErrorShape(string path)
    {
        using var response = await thotnet.Client.GetAsync(path);

        Assert.Equal(404, (int)response.StatusCode);
        var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
    }
}
