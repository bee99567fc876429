namespace ThotNet.EndToEnd.Tests;

/// <summary>Which provider serves a request that leaves the choice to ThotNet.</summary>
/// <remarks>Each test has a ThotNet of its own, without debts, closed quotas and open circuits of other tests.</remarks>
public sealed class TargetChoiceTests : IAsyncLifetime
{
    private const string Body = """{"model":"auto","messages":[{"role":"user","content":"Hello"}]}""";

    private readonly StandaloneFixture _thotnet = new();

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public ValueTask DisposeAsync() => _thotnet.DisposeAsync();

    [Fact]
    public async Task Shares_WithHeadroom_FollowTheirTargets()
    {
        var served = new Dictionary<string, int>();
        for (var i = 0; i < 190; i++)
        {
            using var response = await _thotnet.PostChatAsync(Body);
            var provider = Assert.Single(response.Headers.GetValues("x-thotnet-provider"));
            served[provider] = served.GetValueOrDefault(provider) + 1;
        }

        // 70 : 20 : 5 of 190, each within one request.
        Assert.InRange(served["openrouter"], 139, 141);
        Assert.InRange(served["groq"], 39, 41);
        Assert.InRange(served["gemini"], 9, 11);
    }

    [Fact]
    public async Task Chat_TwoProvidersFail_IsServedByTheThird()
    {
        _thotnet.Simulator.SetFaults("""{"provider":"openrouter","preset":"openrouter-upstream-429"}""", """{"provider":"groq","status":500,"body":"{}"}""");

        using var response = await _thotnet.PostChatAsync(Body);

        Assert.Equal("gemini", Assert.Single(response.Headers.GetValues("x-thotnet-provider")));
        Assert.Equal(200, (int)response.StatusCode);
    }
}
