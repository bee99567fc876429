namespace ThotNet.ProviderSimulator.Tests.Dialects;

/// <summary>wire.md 4.1 and 4.5 (the OpenAI-compatible endpoint), through a real socket.</summary>
public class GeminiTests
{
    private const string Api = Sim.Gemini;

    /// <summary>wire.md 4.1: calls of tools in a stream have no index, and the stream ends with <c>stop</c>.</summary>
    [Fact]
    public async Task Stream_ToolCalls_NoIndexAndStop()
    {
        await using var sim = await Sim.Start();
        var data = Sim.Data(await sim.Stream(Api, "[[tool=2]]", Sim.Tools));
        var calls = data.SelectMany(chunk => chunk["choices"]![0]!["delta"]!["tool_calls"]?.AsArray() ?? []).ToList();
        Assert.Equal(2, calls.Count);
        Assert.All(calls, call => Assert.False(call!.AsObject().ContainsKey("index")));
        Assert.Equal("stop", (string?)data[^1]["choices"]![0]!["finish_reason"]);
    }

    [Fact]
    public async Task Stream_UsageOnlyWhenAsked()
    {
        await using var sim = await Sim.Start();
        Assert.All(Sim.Data(await sim.Stream(Api)), chunk => Assert.Null(chunk["usage"]));
        var data = Sim.Data(await sim.Stream(Api, "hi [[tokens=4]]", "\"stream_options\":{\"include_usage\":true}"));
        Assert.Empty(data[^1]["choices"]!.AsArray());
        Assert.Equal(12, (int)data[^1]["usage"]!["total_tokens"]!);
    }

    [Fact]
    public async Task Completion_ModelWithPrefix_Served()
    {
        await using var sim = await Sim.Start();
        var request = Sim.Chat(Api).Replace("gemini-3.6-flash", "models/gemini-3.6-flash", StringComparison.Ordinal);
        Assert.Equal("gemini-3.6-flash", (string?)(await Sim.Json(await sim.Post(Api, request))).Body["model"]);
    }

    /// <summary>wire.md 4.1: unknown names are a 400, all of them listed, in an array.</summary>
    [Fact]
    public async Task Completion_UnknownNames_400NamesEach()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await sim.AskJson(Api, more: "\"seed\":1,\"store\":true");
        Assert.Equal(400, status);
        var error = body.AsArray().Single()!["error"]!;
        Assert.Equal("INVALID_ARGUMENT", (string?)error["status"]);
        Assert.Contains("Unknown name \"seed\": Cannot find field.", (string?)error["message"], StringComparison.Ordinal);
        Assert.Equal(2, error["details"]![0]!["fieldViolations"]!.AsArray().Count);
    }

    /// <summary>wire.md 4.5: a bad key is a 400.</summary>
    [Fact]
    public async Task Completion_BadKey_400WithReason()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await sim.AskJson(Api, key: "AIzaWrong");
        Assert.Equal((400, "API_KEY_INVALID"), (status, (string?)body[0]!["error"]!["details"]![0]!["reason"]));
        Assert.Equal(401, (await sim.AskJson(Api, key: null)).Status);
    }

    [Theory]
    [InlineData("gemini-1.5-flash")]
    [InlineData("gemini-99")]
    public async Task Completion_ModelGone_404NotFound(string model)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Sim.Json(await sim.Post(Api, Sim.Chat(Api).Replace("gemini-3.6-flash", model, StringComparison.Ordinal)));
        Assert.Equal((404, "NOT_FOUND"), (status, (string?)body[0]!["error"]!["status"]));
        Assert.StartsWith($"models/{model} is not found", (string?)body[0]!["error"]!["message"], StringComparison.Ordinal);
    }

    /// <summary>wire.md 4.5: quota failure and retry info, no <c>Retry-After</c>.</summary>
    [Fact]
    public async Task Completion_MinuteFull_ResourceExhausted()
    {
        await using var sim = await Sim.Start();
        for (var i = 0; i < 15; i++)
            Assert.Equal(200, (int)(await sim.Ask(Api)).StatusCode);
        sim.Time.Advance(TimeSpan.FromMilliseconds(25_926));
        var response = await sim.Ask(Api);
        var (status, body) = await Sim.Json(response);
        var error = body[0]!["error"]!;
        Assert.Equal((429, "RESOURCE_EXHAUSTED"), (status, (string?)error["status"]));
        Assert.EndsWith("Please retry in 34.074s.", (string?)error["message"], StringComparison.Ordinal);
        var details = error["details"]!.AsArray().ToDictionary(detail => ((string)detail!["@type"]!).Split('.')[^1]);
        Assert.Equal("34.074s", (string?)details["RetryInfo"]!["retryDelay"]);
        var violation = details["QuotaFailure"]!["violations"]![0]!;
        Assert.Equal("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", (string?)violation["quotaId"]);
        Assert.Equal("15", (string?)violation["quotaValue"]);
        Assert.Null(response.Headers.RetryAfter);
    }
}
