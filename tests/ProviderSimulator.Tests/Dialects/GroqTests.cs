using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.ProviderSimulator.Tests.Dialects;

/// <summary>wire.md section 3, through a real socket.</summary>
public class GroqTests
{
    private const string Api = Sim.Groq;

    /// <summary>wire.md 3.5: the answer that is no stream.</summary>
    [Fact]
    public async Task Completion_Success_HasGroqsExtras()
    {
        await using var sim = await Sim.Start();
        var response = await sim.Ask(Api, "hi [[tokens=5]]");
        var (_, body) = await Sim.Json(response);
        Assert.Equal("openai/gpt-oss-20b", (string?)body["model"]);
        Assert.True(body.AsObject().ContainsKey("usage_breakdown"));
        Assert.Equal("on_demand", (string?)body["service_tier"]);
        Assert.Equal(response.Headers.GetValues("x-request-id").Single(), (string?)body["x_groq"]!["id"]);
        Assert.Equal(5, (int)body["usage"]!["completion_tokens"]!);
        Assert.True((double)body["usage"]!["total_time"]! > 0);
    }

    /// <summary>wire.md 3.5: no content key at all beside calls of tools.</summary>
    [Fact]
    public async Task Completion_ToolCall_MessageHasNoContent()
    {
        await using var sim = await Sim.Start();
        var message = (await sim.AskJson(Api, "[[tool]]", Sim.Tools)).Body["choices"]![0]!["message"]!.AsObject();
        Assert.False(message.ContainsKey("content"));
        Assert.Equal("f", (string?)message["tool_calls"]![0]!["function"]!["name"]);
    }

    /// <summary>wire.md 3.5, points 1, 2, 4, 6.</summary>
    [Fact]
    public async Task Stream_Success_XGroqTwiceAndUsageOnTheFinishChunk()
    {
        await using var sim = await Sim.Start();
        var data = Sim.Data(await sim.Stream(Api, "hi [[tokens=5]]"));
        Assert.Equal(7, data.Count);
        Assert.Equal("""{"role":"assistant","content":""}""", data[0]["choices"]![0]!["delta"]!.ToJsonString());
        Assert.NotNull(data[0]["x_groq"]!["id"]);
        Assert.All(data[1..^1], chunk => Assert.Null(chunk["x_groq"]));
        Assert.All(data, chunk => Assert.True(chunk["choices"]![0]!.AsObject().ContainsKey("logprobs")));
        Assert.All(data, chunk => Assert.NotNull(chunk["system_fingerprint"]));
        Assert.Equal("{}", data[^1]["choices"]![0]!["delta"]!.ToJsonString());
        Assert.Equal("stop", (string?)data[^1]["choices"]![0]!["finish_reason"]);
        Assert.Equal(5, (int)data[^1]["usage"]!["completion_tokens"]!);
        Assert.Equal(data[^1]["usage"]!.ToJsonString(), data[^1]["x_groq"]!["usage"]!.ToJsonString());
    }

    /// <summary>wire.md 3.5, point 5.</summary>
    [Fact]
    public async Task Stream_IncludeUsage_OneMoreChunkWithoutChoices()
    {
        await using var sim = await Sim.Start();
        var data = Sim.Data(await sim.Stream(Api, "hi [[tokens=5]]", "\"stream_options\":{\"include_usage\":true}"));
        Assert.Empty(data[^1]["choices"]!.AsArray());
        Assert.Equal(13, (int)data[^1]["usage"]!["total_tokens"]!);
        Assert.NotNull(data[^2]["usage"]);
    }

    /// <summary>wire.md 3.5, points 1 and 3.</summary>
    [Fact]
    public async Task Stream_TwoToolCalls_EachWholeInOneChunk()
    {
        await using var sim = await Sim.Start();
        var data = Sim.Data(await sim.Stream(Api, "[[tool=2]]", Sim.Tools));
        Assert.Equal("""{"role":"assistant","content":null}""", data[0]["choices"]![0]!["delta"]!.ToJsonString());
        for (var i = 0; i < 2; i++)
        {
            var call = data[1 + i]["choices"]![0]!["delta"]!["tool_calls"]!.AsArray().Single()!;
            Assert.Equal(i, (int)call["index"]!);
            Assert.NotNull(JsonNode.Parse((string)call["function"]!["arguments"]!));
        }

        Assert.Equal("tool_calls", (string?)data[^1]["choices"]![0]!["finish_reason"]);
    }

    /// <summary>wire.md 3.4.</summary>
    [Theory]
    [InlineData("\"logprobs\":true")]
    [InlineData("\"logprobs\":false")]
    [InlineData("\"top_logprobs\":2")]
    [InlineData("\"logit_bias\":{\"1\":1}")]
    [InlineData("\"n\":2")]
    [InlineData("\"metadata\":{\"a\":\"b\"}")]
    [InlineData("\"store\":false")]
    [InlineData("\"frobnicate\":1")]
    [InlineData("\"stop\":[\"1\",\"2\",\"3\",\"4\",\"5\"]")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}," + Sim.Tools)]
    public async Task Completion_UnsupportedField_400(string field)
    {
        await using var sim = await Sim.Start();
        var (status, body) = await sim.AskJson(Api, more: field);
        Assert.Equal((400, "invalid_request_error"), (status, (string?)body["error"]!["type"]));
    }

    /// <summary>wire.md 3.4.</summary>
    [Fact]
    public async Task Completion_NameInMessage_400()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await Sim.Json(await sim.Post(
            Api, """{"model":"openai/gpt-oss-20b","messages":[{"role":"user","content":"x"},{"role":"user","name":"n","content":"x"}]}"""));
        Assert.Equal((400, "'messages.1' : property 'name' is unsupported"), (status, (string?)body["error"]!["message"]));
    }

    [Theory]
    [InlineData("\"n\":1")]
    [InlineData("\"logprobs\":null")]
    [InlineData("\"seed\":5,\"user\":\"u\",\"service_tier\":\"auto\",\"reasoning_effort\":\"low\"")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}")]
    [InlineData("\"max_tokens\":5,\"frequency_penalty\":1," + Sim.Tools)]
    public async Task Completion_SupportedField_200(string field)
    {
        await using var sim = await Sim.Start();
        Assert.Equal(200, (int)(await sim.Ask(Api, more: field)).StatusCode);
    }

    /// <summary>wire.md 3.3.</summary>
    [Theory]
    [InlineData("llama-3.1-8b-instant", 400, "model_decommissioned")]
    [InlineData("nobody/knows", 404, "model_not_found")]
    public async Task Completion_ModelGone_NamedByCode(string model, int status, string code)
    {
        await using var sim = await Sim.Start();
        var response = await sim.Post(Api, Sim.Chat(Api).Replace("openai/gpt-oss-20b", model, StringComparison.Ordinal));
        var (gotStatus, body) = await Sim.Json(response);
        Assert.Equal((status, code), (gotStatus, (string?)body["error"]!["code"]));
        Assert.True(response.Headers.Contains("x-ratelimit-remaining-requests"));
    }

    [Fact]
    public async Task Completion_BadKey_401()
    {
        await using var sim = await Sim.Start();
        var (status, body) = await sim.AskJson(Api, key: "gsk_wrong");
        Assert.Equal((401, "invalid_api_key"), (status, (string?)body["error"]!["code"]));
    }

    /// <summary>wire.md 3.1: the day's requests, and no <c>retry-after</c> beside a 429.</summary>
    [Fact]
    public async Task Headers_Success_SixOfThemAndNoRetryAfter()
    {
        await using var sim = await Sim.Start(options => options.Providers["groq"].Quotas["minute-tokens"] =
            new() { Metric = QuotaMetric.Tokens, Kind = QuotaKind.LeakyBucket, Amount = 6000 });
        await sim.Ask(Api, more: "\"max_tokens\":100");
        var response = await sim.Ask(Api, "hi [[tokens=3]]", "\"max_tokens\":43");
        Assert.Equal(["14400", "14398", "12s"], RateHeaders(response, "requests"));
        Assert.Equal(["6000", "5843", "1.57s"], RateHeaders(response, "tokens")); // (6 + 100) + (8 + 43) = 157, as observed.
        Assert.False(response.Headers.Contains("retry-after"));
    }

    /// <summary>wire.md 3.2 and 3.3: the third row of the table.</summary>
    [Fact]
    public async Task Completion_MinuteFull_429WithFormulaAndBracket()
    {
        await using var sim = await Sim.Start();
        for (var i = 0; i < 30; i++)
            Assert.Equal(200, (int)(await sim.Ask(Api)).StatusCode);
        var response = await sim.Ask(Api);
        var (status, body) = await Sim.Json(response);
        Assert.Equal((429, "rate_limit_exceeded", "requests"), (status, (string?)body["error"]!["code"], (string?)body["error"]!["type"]));
        Assert.Equal(
            "Rate limit reached for model `openai/gpt-oss-20b` in organization `org_test` service tier `on_demand` on requests per minute (RPM): "
            + "Limit 30, Used 30, Requested 1. Please try again in 2s.",
            (string?)body["error"]!["message"]);
        Assert.Equal("2", response.Headers.GetValues("retry-after").Single());
        Assert.Equal("14370", RateHeaders(response, "requests")[1]);
        sim.Time.Advance(TimeSpan.FromSeconds(1.999));
        Assert.Equal(429, (int)(await sim.Ask(Api)).StatusCode);
        sim.Time.Advance(TimeSpan.FromSeconds(0.001));
        Assert.Equal(200, (int)(await sim.Ask(Api)).StatusCode);
    }

    /// <summary>wire.md 3.3: larger than the whole bucket.</summary>
    [Fact]
    public async Task Completion_Oversize_413WithoutRetryAfter()
    {
        await using var sim = await Sim.Start(options => options.Providers["groq"].Quotas["minute-tokens"] =
            new() { Metric = QuotaMetric.Tokens, Kind = QuotaKind.LeakyBucket, Amount = 6000 });
        var response = await sim.Ask(Api, more: "\"max_completion_tokens\":12322");
        var (status, body) = await Sim.Json(response);
        Assert.Equal((413, "tokens"), (status, (string?)body["error"]!["type"]));
        Assert.Contains("on tokens per minute (TPM): Limit 6000, Requested 12328", (string?)body["error"]!["message"], StringComparison.Ordinal);
        Assert.False(response.Headers.Contains("retry-after"));
        Assert.Equal(0, sim.State.WorstOverspend(QuotaMetric.Tokens));
    }

    /// <summary>wire.md section 6: limits are per organisation and model.</summary>
    [Fact]
    public async Task Completion_OtherModel_HasItsOwnQuota()
    {
        await using var sim = await Sim.Start(options => options.Providers["groq"].Quotas["minute"] = new() { Amount = 1 });
        Assert.Equal(200, (int)(await sim.Ask(Api)).StatusCode);
        Assert.Equal(429, (int)(await sim.Ask(Api)).StatusCode);
        Assert.Equal(200, (int)(await sim.Post(Api, Sim.Chat(Api).Replace("20b", "120b", StringComparison.Ordinal))).StatusCode);
        Assert.Equal(200, (int)(await sim.Ask(Api, key: "sim-other")).StatusCode);
    }

    [Fact]
    public async Task Models_KeyNeeded()
    {
        await using var sim = await Sim.Start();
        Assert.Equal(401, (int)(await sim.Http.GetAsync($"{Api}/models")).StatusCode);
    }

    private static string[] RateHeaders(HttpResponseMessage response, string of) =>
        [.. new[] { "limit", "remaining", "reset" }.Select(kind => response.Headers.GetValues($"x-ratelimit-{kind}-{of}").Single())];
}
