using System.Globalization;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.EndToEnd.Tests;

/// <summary>What a provider says of our limits is heeded, also where others have used them up: counted at the provider.</summary>
public sealed class ForeignUseTests(ForeignUseFixture fixture) : IClassFixture<ForeignUseFixture>
{
    private SimulatorState Simulator => fixture.Thotnet.Simulator;

    [Fact]
    public async Task Chat_PlatformThrottle_NothingIsSentUntilItsReset_Wire23()
    {
        var reset = TimeProvider.System.GetUtcNow().AddSeconds(40).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        Simulator.SetFaults($$$$$"""
            {"provider":"openrouter","status":429,"body":"{\"error\":{\"code\":429,\"message\":\"Rate limit exceeded: free-models-per-min. \",\"metadata\":{\"headers\":{\"X-RateLimit-Limit\":\"20\",\"X-RateLimit-Remaining\":\"0\",\"X-RateLimit-Reset\":\"{{{{{reset}}}}}\"}}}}"}
            """);
        using var first = await PostAsync("openrouter/openrouter/free");
        Simulator.ClearFaults();
        var sent = Sent("openrouter");

        using var second = await PostAsync("openrouter/openrouter/free");

        Assert.Equal((429, 429), ((int)first.StatusCode, (int)second.StatusCode));
        Assert.InRange(second.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 20, 40);
        Assert.Equal(sent, Sent("openrouter"));
    }

    [Fact]
    public async Task Chat_SomebodyElseSpendsTheDay_WeStopBeforeTheProviderRefuses_Wire31()
    {
        using var before = await PostAsync($"groq/{ForeignUseFixture.Model}");
        Assert.Equal(200, (int)before.StatusCode);
        Simulator.SpendByOthers(new("groq", "test", Requests: 990, Model: ForeignUseFixture.Model));

        // The next answer's headers tell of it.
        using var telling = await PostAsync($"groq/{ForeignUseFixture.Model}");
        await Eventually.TrueAsync(IsHeardAsync);
        var refused = 0;
        for (var i = 0; i < 40; i++)
        {
            using var response = await PostAsync($"groq/{ForeignUseFixture.Model}");
            refused += response.IsSuccessStatusCode ? 0 : 1;
        }

        var day = Simulator.Quotas().Single(quota => quota is { Provider: "groq", Name: "day", Model: ForeignUseFixture.Model });
        Assert.InRange(refused, 25, 40);
        Assert.Equal(0, day.WorstOverspend);
        Assert.DoesNotContain(Simulator.Counts(), count => count is { Provider: "groq", Status: 429 });
    }

    // Within two seconds every silo obeys; until then what it sends is not held against it.
    private async Task<bool> IsHeardAsync()
    {
        var metrics = await fixture.Thotnet.Client.GetStringAsync("/metrics");
        return metrics.Split('\n').Any(line =>
            line.StartsWith("thotnet_budget_used_by_others", StringComparison.Ordinal) && line.Contains("groq", StringComparison.Ordinal)
            && line.Contains("1.00:00:00", StringComparison.Ordinal) && UsedByOthers(line) >= 900);
    }

    // The value is followed by a time stamp in some versions of the format.
    private static double UsedByOthers(string line) =>
        double.Parse(line[(line.IndexOf('}') + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);

    private int Sent(string provider) => Simulator.Requests().Count(request => request.Provider == provider);

    private Task<HttpResponseMessage> PostAsync(string model)
    {
        var message = ChatPost.Of($$"""{"model":"{{model}}","messages":[{"role":"user","content":"Hello"}]}""");
        message.Headers.Add("x-thotnet-max-wait", "0");
        return fixture.Thotnet.Client.SendAsync(message);
    }
}
