using System.Globalization;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Tests.Dialects;

/// <summary>wire.md section 2, through a real socket.</summary>
public class OpenRouterTests
{
    private const string Api = Sim.OpenRouter;

    /// <summary>wire.md 2.2.</summary>
    [Fact]
    public async Task Completion_Success_HasProviderNativeReasonCostAndNoRateHeaders()
    {
        await using var sim = await Sim.Start();
        var response = await sim.Ask(Api, "hi [[tokens=7]]");
        var (status, body) = await Sim.Json(response);
        Assert.Equal(200, status);
        Assert.Equal((string?)body["id"], response.Headers.GetValues("X-Generation-Id").Single());
        Assert.StartsWith("gen-", (string?)body["id"], StringComparison.Ordinal);
        Assert.Equal("chat.completion", (string?)body["object"]);
        Assert.Equal(sim.Time.GetUtcNow().ToUnixTimeSeconds(), (long)body["created"]!);
        Assert.NotEqual("openrouter/free", (string?)body["model"]); // The router names the model it chose.
        Assert.NotNull(body["provider"]);
        Assert.Equal(("stop", "end_turn"), ((string?)body["choices"]![0]!["finish_reason"], (string?)body["choices"]![0]!["native_finish_reason"]));
        Assert.Equal((8, 7, 15), Usage(body));
        Assert.Equal(0, (int)body["usage"]!["cost"]!);
        Assert.DoesNotContain(response.Headers, header => header.Key.Contains("ratelimit", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>wire.md 2.2: comments first, the role in every delta, usage on a last chunk without choices though nobody asked.</summary>
    [Fact]
    public async Task Stream_Success_CommentsThenDataThenUsage()
    {
        await using var sim = await Sim.Start();
        var whole = (string?)(await sim.AskJson(Api, "hi [[tokens=9]]")).Body["choices"]![0]!["message"]!["content"];
        var lines = await sim.Stream(Api, "hi [[tokens=9]]");
        Assert.Equal(": OPENROUTER PROCESSING", lines[0]);
        var data = Sim.Data(lines);
        var deltas = data[..^1].Select(chunk => chunk["choices"]![0]!["delta"]!).ToList();
        Assert.All(deltas, delta => Assert.Equal("assistant", (string?)delta["role"]));
        Assert.Equal(whole, string.Concat(deltas.Select(delta => (string?)delta["content"])));
        Assert.Equal(10, deltas.Count);
        Assert.All(data[..^2], chunk => Assert.Null(chunk["choices"]![0]!["finish_reason"]));
        Assert.Equal("stop", (string?)data[^2]["choices"]![0]!["finish_reason"]);
        Assert.All(data[..^1], chunk => Assert.Null(chunk["usage"]));
        Assert.Empty(data[^1]["choices"]!.AsArray());
        Assert.Equal((8, 9, 17), Usage(data[^1]));
        Assert.Single(data.Select(chunk => (string?)chunk["id"]).Distinct());
    }

    [Fact]
    public async Task Stream_TwoToolCalls_ArgumentsComeInPartsUnderTheirIndex()
    {
        await using var sim = await Sim.Start();
        var data = Sim.Data(await sim.Stream(Api, "[[tool=2]]", Sim.Tools));
        var calls = data.SelectMany(chunk => chunk["choices"]!.AsArray())
            .SelectMany(choice => choice!["delta"]!["tool_calls"]?.AsArray() ?? []).ToLookup(call => (int)call!["index"]!);
        Assert.Equal([0, 1], calls.Select(call => call.Key));
        foreach (var call in calls)
        {
            Assert.Equal("f", (string?)call.First()!["function"]!["name"]);
            Assert.All(call.Skip(1), part => Assert.Null(part!["id"]));
            Assert.NotNull(JsonNode.Parse(string.Concat(call.Select(part => (string?)part!["function"]!["arguments"]))));
        }

        Assert.Equal("tool_calls", (string?)data[^2]["choices"]![0]!["finish_reason"]);
    }

    /// <summary>wire.md 2.1: what the model does not support is ignored.</summary>
    [Fact]
    public async Task Completion_UnknownFieldsAndNamesOfMessages_Ignored()
    {
        await using var sim = await Sim.Start();
        var body = """{"model":"openrouter/free","frobnicate":1,"store":true,"logit_bias":{"1":2},"messages":[{"role":"user","name":"n","content":"x"}]}""";
        Assert.Equal(200, (int)(await sim.Post(Api, body)).StatusCode);
    }

    /// <summary>wire.md 2.3: the code is a number.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"model":"openrouter/free"}""")]
    [InlineData("""{"model":"openrouter/free","messages":[]}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"robot","content":"x"}]}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":1}]}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":[{"type":"text"}]}]}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"tool","content":"x"}]}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"assistant","tool_calls":[{"id":"1"}]}]}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":"x"}],"temperature":"hot"}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":"x"}],"max_tokens":0}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":"x"}],"tools":[{}]}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":"x"}],"tool_choice":"required"}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":"x"}],"stream_options":{}}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":"x"}],"provider":"groq"}""")]
    [InlineData("""{"model":"openrouter/free","messages":[{"role":"user","content":"\ud800"}]}""")]
    public async Task Completion_Malformed_400AndStillCountedAsRequest(string request)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Sim.Json(await sim.Post(Api, request));
        Assert.Equal(400, status);
        Assert.Equal(400, (int)body["error"]!["code"]!);
        Assert.NotEmpty((string)body["error"]!["message"]!);
        Assert.Equal((1, 1), (sim.Quota("openrouter", "minute").Used, sim.Quota("openrouter", "minute").Arrived));
        Assert.Equal(0, sim.Quota("openrouter", "day").Used);
    }

    [Fact]
    public async Task Completion_TypeOfAToolIsNoString_400NamesTools()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await sim.AskJson(Api, more: "\"tools\":[{\"type\":5,\"function\":{\"name\":\"f\"}}]");
        Assert.Equal(400, status);
        Assert.StartsWith("'tools' : ", (string?)body["error"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("sk-or-wrong")]
    [InlineData("sim-")]
    public async Task Completion_BadKey_401AndNothingCounted(string? key)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await sim.AskJson(Api, key: key);
        Assert.Equal((401, 401), (status, (int)body["error"]!["code"]!));
        Assert.Empty(sim.State.Quotas());
    }

    /// <summary>wire.md section 0 and 2.3: a retired free variant.</summary>
    [Fact]
    public async Task Completion_RetiredModel_404WithAvailability()
    {
        await using var sim = await Sim.Start();
        var request = Sim.Chat(Api).Replace("openrouter/free", "meta-llama/llama-3.1-8b-instruct:free", StringComparison.Ordinal);
        var (status, body) = await Sim.Json(await sim.Post(Api, request));
        Assert.Equal(404, status);
        Assert.StartsWith("No endpoints found for meta-llama", (string?)body["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal("free_variant_ended", (string?)body["error"]!["availability"]!["code"]);
    }

    [Fact]
    public async Task Completion_UnknownModel_400()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Sim.Json(await sim.Post(Api, """{"model":"a/b","messages":[{"role":"user","content":"x"}]}"""));
        Assert.Equal((400, "a/b is not a valid model ID"), (status, (string?)body["error"]!["message"]));
    }

    /// <summary>wire.md 2.1: <c>models</c> is an ordered list of fallbacks.</summary>
    [Fact]
    public async Task Completion_ModelsFallback_FirstServedAnswersUnderItsName()
    {
        await using var sim = await Sim.Start(options => options.Providers["openrouter"].Models = "x/one:free,x/two:free");
        var (_, body) = await Sim.Json(await sim.Post(
            Api, """{"model":"gone","models":["x/two:free","x/one:free"],"messages":[{"role":"user","content":"x"}]}"""));
        Assert.Equal("x/two:free", (string?)body["model"]);
    }

    /// <summary>wire.md 2.3, platform 429: headers, their copy in the body, a reset in epoch milliseconds.</summary>
    [Fact]
    public async Task Completion_MinuteFull_Platform429UntilTheReset()
    {
        await using var sim = await Sim.Start();
        for (var i = 0; i < 20; i++)
            Assert.Equal(200, (int)(await sim.Ask(Api)).StatusCode);
        sim.Time.Advance(TimeSpan.FromSeconds(12.5));
        var response = await sim.Ask(Api, more: "\"stream\":true");
        var (status, body) = await Sim.Json(response);
        Assert.Equal((429, 429), (status, (int)body["error"]!["code"]!));
        Assert.StartsWith("Rate limit exceeded: free-models-per-min.", (string?)body["error"]!["message"], StringComparison.Ordinal);
        var reset = (sim.Time.GetUtcNow() + TimeSpan.FromSeconds(47.5)).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in ((string, string)[])[("Limit", "20"), ("Remaining", "0"), ("Reset", reset)])
        {
            Assert.Equal(value, response.Headers.GetValues($"X-RateLimit-{name}").Single());
            Assert.Equal(value, (string?)body["error"]!["metadata"]!["headers"]![$"X-RateLimit-{name}"]);
        }

        Assert.Equal(1, sim.State.WorstOverspend(QuotaMetric.Requests));
        sim.Time.Advance(TimeSpan.FromSeconds(47.5));
        Assert.Equal(200, (int)(await sim.Ask(Api)).StatusCode);
    }

    [Fact]
    public async Task Completion_DayOfTokensFull_429UntilMidnight()
    {
        await using var sim = await Sim.Start();
        sim.State.ReplaceQuotas("openrouter", new Dictionary<string, SimulatedQuota>
        {
            ["day"] = new() { Metric = QuotaMetric.Tokens, Amount = 100, Kind = QuotaKind.Calendar, Window = TimeSpan.FromDays(1) },
        });
        Assert.Equal(200, (int)(await sim.Ask(Api, "hi [[tokens=92]]")).StatusCode);
        Assert.Equal(100, sim.Quota("openrouter", "day").Used);
        var response = await sim.Ask(Api);
        Assert.Equal("1795392000000", response.Headers.GetValues("X-RateLimit-Reset").Single()); // 2026-11-23T00:00:00Z.
        Assert.Equal(429, (int)response.StatusCode);
        sim.Time.Advance(TimeSpan.FromHours(12));
        Assert.Equal(200, (int)(await sim.Ask(Api)).StatusCode);
    }

    /// <summary>wire.md 2.4.</summary>
    [Fact]
    public async Task Key_DailyRequestQuota_Reported()
    {
        await using var sim = await Sim.Start(options => options.Providers["openrouter"].Quotas["requests-day"] =
            new() { Amount = 50, Window = TimeSpan.FromDays(1), Kind = QuotaKind.Calendar });
        await sim.Ask(Api);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Api}/key");
        request.Headers.Authorization = new("Bearer", "sim-test");
        var (_, body) = await Sim.Json(await sim.Http.SendAsync(request));
        var day = body["data"]!["free_model_daily_requests"]!;
        Assert.Equal((1, 50, 49), ((int)day["used"]!, (int)day["limit"]!, (int)day["remaining"]!));
    }

    [Fact]
    public async Task Models_WithoutKey_Listed()
    {
        await using var sim = await Sim.Start();
        var body = JsonNode.Parse(await sim.Http.GetStringAsync($"{Api}/models"))!;
        Assert.Equal("openrouter/free", (string?)body["data"]![0]!["id"]);
    }

    private static (int Prompt, int Completion, int Total) Usage(JsonNode body) =>
        ((int)body["usage"]!["prompt_tokens"]!, (int)body["usage"]!["completion_tokens"]!, (int)body["usage"]!["total_tokens"]!);
}
