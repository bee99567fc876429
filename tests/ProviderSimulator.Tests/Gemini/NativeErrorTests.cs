using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>wire.md 4.1 and 4.5: keys, quotas, retired models and forced errors of the native API.</summary>
public class NativeErrorTests
{
    private const string Generate = "gemini-3.6-flash:generateContent";

    [Fact]
    public async Task Key_InHeaderOrQuery_Accepted()
    {
        await using var sim = await Sim.Start();
        Assert.Equal(200, (await Native.Json(sim, Generate, Native.Request())).Status);
        Assert.Equal(200, (await Native.Json(sim, Generate + "?key=sim-test", Native.Request(), key: null)).Status);
        Assert.Equal(["test", "test"], sim.State.Requests().Select(request => request.Account));
        Assert.DoesNotContain("sim-test", sim.State.Requests()[0].Headers["x-goog-api-key"], StringComparison.Ordinal);
        Assert.Equal("/gemini/v1beta/models/gemini-3.6-flash:generateContent", sim.State.Requests()[1].Path);
    }

    [Fact]
    public async Task Key_MissingOrBad_403Or400()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Native.Json(sim, Generate, Native.Request(), key: null);
        Assert.Equal((403, "PERMISSION_DENIED"), (status, (string?)body["error"]!["status"]));
        (status, body) = await Native.Json(sim, Generate, Native.Request(), key: "AIzaWrong");
        Assert.Equal((400, "API_KEY_INVALID"), (status, (string?)body["error"]!["details"]![0]!["reason"]));
    }

    /// <summary>Errors before the first byte are plain objects, but in a stream without <c>alt=sse</c> an array.</summary>
    [Theory]
    [InlineData("streamGenerateContent?alt=sse", false)]
    [InlineData("streamGenerateContent", true)]
    public async Task Error_BeforeTheFirstByte_InArrayOnlyWithoutSse(string method, bool inArray)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Native.Json(sim, $"gemini-3.6-flash:{method}", "{}");
        Assert.Equal((400, inArray), (status, body is JsonArray));
    }

    [Theory]
    [InlineData("gemini-1.5-flash", "generateContent")]
    [InlineData("gemini-99", "streamGenerateContent?alt=sse")]
    [InlineData("gemini-99", "countTokens")]
    [InlineData("gemini-embedding-001", "generateContent")]
    [InlineData("gemini-3.6-flash", "embedContent")]
    [InlineData("gemini-3.6-flash", "batchEmbedContents")]
    public async Task Model_GoneOrOfAnotherKind_404NotFound(string model, string method)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Native.Json(sim, $"{model}:{method}", Native.Request());
        Assert.Equal((404, "NOT_FOUND"), (status, (string?)body["error"]!["status"]));
        Assert.StartsWith(
            $"models/{model} is not found for API version v1beta, or is not supported for {method.Split('?')[0]}.",
            (string?)body["error"]!["message"],
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemini-3.6-flash")]
    [InlineData("gemini-3.6-flash:generate")]
    [InlineData("models/gemini-3.6-flash:generateContent")]
    public async Task Path_NoMethodOrPrefixTwice_404(string target)
    {
        await using var sim = await Sim.Start();
        Assert.Equal(404, (int)(await Native.Send(sim, target, Native.Request())).StatusCode);
    }

    /// <summary>Both endpoints count against the same quotas of the same account.</summary>
    [Fact]
    public async Task Quota_NativeAndCompat_Shared()
    {
        await using var sim = await Sim.Start(options => options.Providers["gemini"].Quotas["minute"] = new() { Amount = 3 });
        await Native.Generate(sim);
        await sim.Ask(Sim.Gemini);
        await Native.Json(sim, Generate, "{}");
        var (status, body) = await Native.Generate(sim);
        Assert.Equal((429, "RESOURCE_EXHAUSTED"), (status, (string?)body["error"]!["status"]));
        Assert.Equal("60s", (string?)body["error"]!["details"]![2]!["retryDelay"]);
        Assert.Equal(429, (await sim.AskJson(Sim.Gemini)).Status);
        Assert.Equal((3, 5, 2), ((int)sim.Quota("gemini", "minute").Used, (int)sim.Quota("gemini", "minute").Arrived, (int)sim.Quota("gemini", "minute").WorstOverspend));
    }

    [Fact]
    public async Task Quota_Tokens_ChargedWithThoughts()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim);
        Assert.Equal((int)body["usageMetadata"]!["totalTokenCount"]!, sim.Quota("gemini", "day").Used);
        Assert.Equal(30, sim.Quota("gemini", "day").Used);
    }

    [Fact]
    public async Task Log_NativeRequest_HasModelBodyAndOutcome()
    {
        await using var sim = await Sim.Start();
        await Native.Stream(sim);
        var request = Assert.Single(sim.State.Requests());
        Assert.Equal(("gemini", "gemini-3.6-flash", 200), (request.Provider, request.Model, request.Status));
        Assert.Equal((Native.Request(), RequestOutcome.Completed), (request.Body, request.Outcome));
        Assert.Equal(1, sim.State.Counts().Single().Count);
    }

    [Fact]
    public async Task Latency_FirstToken_HoldsTheStreamBack()
    {
        await using var sim = await Sim.Start(options => options.Latency = new() { FirstTokenMs = 1000 });
        var stream = Native.Stream(sim);
        await Sim.Until(() => sim.State.Requests().Count == 1 && sim.State.InFlight == 1);
        Assert.False(stream.IsCompleted);
        while (!stream.IsCompleted)
        {
            sim.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(17, (await stream).Count);
    }

    [Fact]
    public async Task Presets_Native_EachWithItsStatusPlainAndInArray()
    {
        await using var sim = await Sim.Start(options => options.Providers["gemini"].Quotas.Clear());
        var names = FaultPresets.Names.Where(name => name.StartsWith("gemini-native-", StringComparison.Ordinal)).ToList();
        Assert.Equal(22, names.Count);
        foreach (var name in names)
        {
            sim.State.AddFault(new() { Preset = name, Count = 1 });
            sim.State.AddFault(new() { Preset = name.Replace("-native", "", StringComparison.Ordinal), Count = 1 });
            var (status, plain) = await Native.Generate(sim);
            var (inArray, array) = await Native.Json(sim, "gemini-3.6-flash:streamGenerateContent", Native.Request());
            Assert.Equal(status, (int)plain["error"]!["code"]!);
            Assert.Equal((status, plain.ToJsonString()), (inArray, array.AsArray().Single()!.ToJsonString()));
        }
    }

    /// <summary>wire.md 4.5, the details of 429s.</summary>
    [Theory]
    [InlineData("gemini-native-429", "34.074824224s", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier")]
    [InlineData("gemini-native-429-several", "34.074824224s", "GenerateRequestsPerMinutePerProjectPerModel-FreeTier,GenerateContentInputTokensPerModelPerMinute-FreeTier,GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
    [InlineData("gemini-native-per-day", "21926s", "GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
    [InlineData("gemini-native-per-day-short", "34s", "GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
    [InlineData("gemini-native-429-no-retry-info", null, "GenerateRequestsPerMinutePerProjectPerModel-FreeTier")]
    [InlineData("gemini-native-429-no-details", null, "")]
    public async Task Preset_Quota_HasDelayAndViolations(string preset, string? delay, string quotaIds)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Preset = preset });
        var (_, body) = await Native.Generate(sim);
        var details = body["error"]!["details"]?.AsArray().ToDictionary(detail => ((string)detail!["@type"]!).Split('.')[^1]) ?? [];
        Assert.Equal(delay, (string?)details.GetValueOrDefault("RetryInfo")?["retryDelay"]);
        var violations = details.GetValueOrDefault("QuotaFailure")?["violations"]?.AsArray() ?? [];
        Assert.Equal(quotaIds, string.Join(',', violations.Select(violation => (string?)violation!["quotaId"])));
    }

    [Fact]
    public async Task Preset_Html502_PageOfAProxy()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Provider = "gemini", Preset = "html-502" });
        var response = await Native.Send(sim, "gemini-3.6-flash:streamGenerateContent?alt=sse", Native.Request());
        Assert.Equal((502, "text/html"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Models_Paged_AllOnceAndEmbeddingsAmongThem()
    {
        await using var sim = await Sim.Start();
        var (names, token) = (new List<string>(), "");
        do
        {
            var (status, page) = await Get(sim, $"models?pageSize=2&pageToken={token}");
            Assert.Equal(200, status);
            names.AddRange(page["models"]!.AsArray().Select(model => (string)model!["name"]!));
            token = (string?)page["nextPageToken"];
        }
        while (token is not null);
        Assert.Equal(
            ["models/gemini-2.0-flash", "models/gemini-2.5-flash-lite", "models/gemini-3.5-flash-lite", "models/gemini-3.6-flash", "models/gemini-embedding-001"],
            names);
        Assert.Equal(400, (await Get(sim, "models?pageSize=-1")).Status);
        Assert.Equal(400, (await Get(sim, "models?pageToken=x")).Status);
        Assert.Equal(5, (await Get(sim, "models")).Body["models"]!.AsArray().Count);
    }

    [Fact]
    public async Task Models_One_OrNotFound()
    {
        await using var sim = await Sim.Start();
        var (_, model) = await Get(sim, "models/gemini-embedding-001");
        Assert.Equal("""["embedContent","batchEmbedContents"]""", model["supportedGenerationMethods"]!.ToJsonString());
        Assert.Equal(404, (await Get(sim, "models/gemini-1.5-flash")).Status);
        Assert.Equal(403, (await Get(sim, "models", key: false)).Status);
    }

    private static async Task<(int Status, JsonNode Body)> Get(Sim sim, string path, bool key = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Native.Base}/{path}");
        if (key)
            request.Headers.Add("x-goog-api-key", "sim-test");
        return await Sim.Json(await sim.Http.SendAsync(request, TestContext.Current.CancellationToken));
    }
}
