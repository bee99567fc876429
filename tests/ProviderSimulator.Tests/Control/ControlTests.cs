using System.Net.Http.Json;
using System.Text.Json;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.ProviderSimulator.Tests.Control;

public class ControlTests
{
    [Fact]
    public async Task State_AfterRequests_HasQuotasAndCounts()
    {
        await using var sim = await Sim.Start(options => options.Providers["openrouter"].Quotas["minute"] = new() { Amount = 2 });
        for (var i = 0; i < 5; i++)
            await sim.Ask(Sim.OpenRouter);
        await sim.Ask(Sim.OpenRouter, key: "wrong");
        var report = await sim.Http.GetFromJsonAsync<StateReport>("control/state", ControlEndpoints.Json);
        Assert.Equal((3, 44), (report!.WorstRequestOverspend, sim.Quota("openrouter", "day").Used)); // Twice 2 + 4 + 16.
        var minute = report.Quotas.Single(quota => quota.Name == "minute");
        Assert.Equal(("test", 2L, 2L, 5L, 3L), (minute.Account, minute.Limit, minute.Used, minute.Arrived, minute.WorstOverspend));
        Assert.Equal(
            [new("openrouter", "", 401, 1), new("openrouter", "openrouter/free", 200, 2), new("openrouter", "openrouter/free", 429, 3)],
            report.Requests);
    }

    [Fact]
    public void State_ReadWithoutAField_IsRefused()
    {
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<StateReport>("{}", ControlEndpoints.Json));
    }

    [Fact]
    public async Task Requests_Last_ShowsWhatWasSentWithoutTheKey()
    {
        await using var sim = await Sim.Start();
        sim.Http.DefaultRequestHeaders.Add("X-Title", "ThotNet");
        await sim.Ask(Sim.Groq, "first");
        await sim.Ask(Sim.Groq, "second", key: "sim-secret");
        var text = await sim.Http.GetStringAsync("control/requests?last=1");
        Assert.DoesNotContain("sim-secret", text, StringComparison.Ordinal);
        var request = Assert.Single((await sim.Http.GetFromJsonAsync<ReceivedRequest[]>("control/requests?last=1", ControlEndpoints.Json))!);
        Assert.Equal(("groq", "secret", "openai/gpt-oss-20b", 200), (request.Provider, request.Account, request.Model, request.Status));
        Assert.Equal("/groq/openai/v1/chat/completions", request.Path);
        Assert.Equal("ThotNet", request.Headers["x-title"]);
        Assert.Equal("(17 characters)", request.Headers["authorization"]);
        Assert.Equal(Sim.Chat(Sim.Groq, "second"), request.Body);
    }

    [Fact]
    public async Task Requests_LogFull_KeepsTheNewestAndCutsBodies()
    {
        await using var sim = await Sim.Start(options => (options.RequestLogSize, options.RequestLogBodyBytes) = (3, 10));
        for (var i = 0; i < 5; i++)
            await sim.Ask(Sim.Groq);
        Assert.Equal([3L, 4L, 5L], sim.State.Requests().Select(request => request.Number));
        Assert.All(sim.State.Requests(), request => Assert.Equal(10, request.Body.Length));
    }

    [Fact]
    public async Task Faults_AddListRemove_OverHttp()
    {
        await using var sim = await Sim.Start();
        using var added = await sim.Http.PostAsync("control/faults", Json("""{"provider":"groq","preset":"groq-503","count":5,"ending":"None"}"""));
        var fault = (await added.Content.ReadFromJsonAsync<ActiveFault>(ControlEndpoints.Json))!;
        Assert.Equal((503, 5), (fault.Fault.Status, fault.Remaining));
        Assert.Equal(503, (int)(await sim.Ask(Sim.Groq)).StatusCode);
        var listed = Assert.Single((await sim.Http.GetFromJsonAsync<ActiveFault[]>("control/faults", ControlEndpoints.Json))!);
        Assert.Equal((fault.Id, 4, 1), (listed.Id, listed.Remaining, listed.Struck));
        Assert.Equal(204, (int)(await sim.Http.DeleteAsync($"control/faults/{fault.Id}")).StatusCode);
        Assert.Equal(404, (int)(await sim.Http.DeleteAsync($"control/faults/{fault.Id}")).StatusCode);
        Assert.Equal(200, (int)(await sim.Ask(Sim.Groq)).StatusCode);
        Assert.Equal(204, (int)(await sim.Http.DeleteAsync("control/faults")).StatusCode);
    }

    [Theory]
    [InlineData("faults", """{"stats":500}""")]
    [InlineData("faults", """{"preset":"no-such"}""")]
    [InlineData("faults", """{"count":0}""")]
    [InlineData("faults", "null")]
    [InlineData("faults", "{")]
    [InlineData("spend", """{"provider":"nobody","account":"x","requests":1}""")]
    [InlineData("spend", """{"provider":"groq","account":"x","requests":1}""")]
    [InlineData("spend", """{"provider":"gemini","account":"x","requests":1,"model":"m"}""")]
    [InlineData("spend", """{"provider":"gemini","account":"x","requests":-1}""")]
    [InlineData("spend", """{"provider":"gemini"}""")]
    [InlineData("quotas", """{"nobody":{}}""")]
    [InlineData("quotas", """{"groq":{"x":{"amount":-1}}}""")]
    [InlineData("quotas", """{"groq":{"x":{"amount":1,"kind":"Calendar","timeZone":"Mars/Olympus"}}}""")]
    public async Task Change_WrongBody_400SaysWhy(string what, string body)
    {
        await using var sim = await Sim.Start();
        using var response = await sim.Http.PostAsync($"control/{what}", Json(body));
        var (status, answer) = await Sim.Json(response);
        Assert.Equal(400, status);
        Assert.NotEmpty((string)answer["error"]!);
    }

    [Fact]
    public async Task Quotas_Replaced_CountAnewWithTheNewLimits()
    {
        await using var sim = await Sim.Start();
        await sim.Ask(Sim.Groq);
        await sim.Ask(Sim.OpenRouter);
        using var response = await sim.Http.PostAsync(
            "control/quotas", Json("""{"openrouter":{"tiny":{"metric":"Requests","amount":1,"window":"00:00:10","kind":"LeakyBucket"}}}"""));
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(200, (int)(await sim.Ask(Sim.OpenRouter)).StatusCode);
        Assert.Equal(429, (int)(await sim.Ask(Sim.OpenRouter)).StatusCode);
        Assert.Equal(1, sim.Quota("groq", "minute").Used);
        Assert.Single(sim.State.Quotas(), quota => quota.Provider == "openrouter");
    }

    [Fact]
    public async Task Spend_ByOthers_IsSeenByTheNextRequest()
    {
        await using var sim = await Sim.Start();
        using var spent = await sim.Http.PostAsync(
            "control/spend", Json("""{"provider":"groq","account":"test","model":"openai/gpt-oss-20b","requests":10,"tokens":500}"""));
        Assert.Equal(200, (int)spent.StatusCode);
        var answer = await sim.Ask(Sim.Groq);
        Assert.Equal("14389", Assert.Single(answer.Headers.GetValues("x-ratelimit-remaining-requests")));
        var report = await sim.Http.GetFromJsonAsync<StateReport>("control/state", ControlEndpoints.Json);
        var minute = report!.Quotas.Single(quota => quota.Name == "minute");
        Assert.Equal((11L, 1L, 10L, 0L), (minute.Used, minute.Arrived, minute.UsedByOthers, minute.WorstOverspend));
    }

    [Fact]
    public async Task Key_BeforeAnyRequest_TellsTheDay_Wire24()
    {
        await using var sim = await Sim.Start(options => options.Providers["openrouter"].Quotas["requests"] =
            new() { Amount = 50, Window = TimeSpan.FromDays(1), Kind = QuotaKind.Calendar });
        sim.Http.DefaultRequestHeaders.Authorization = new("Bearer", "sim-test");
        var before = await sim.Http.GetStringAsync("openrouter/api/v1/key");
        Assert.Contains("\"free_model_daily_requests\":{\"used\":0,\"limit\":50,\"remaining\":50}", before, StringComparison.Ordinal);
        sim.State.SpendByOthers(new("openrouter", "test", Requests: 70));
        var after = await sim.Http.GetStringAsync("openrouter/api/v1/key");
        Assert.Contains("\"free_model_daily_requests\":{\"used\":50,\"limit\":50,\"remaining\":0}", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reset_AfterRequests_NothingLeft()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Status = 500 });
        await sim.Ask(Sim.Groq);
        Assert.Equal(204, (int)(await sim.Http.PostAsync("control/reset", null)).StatusCode);
        Assert.Empty(sim.State.Quotas());
        Assert.Empty(sim.State.Counts());
        Assert.Empty(sim.State.Requests());
        Assert.Empty(sim.State.ActiveFaults());
    }

    [Fact]
    public async Task Latency_Posted_Taken()
    {
        await using var sim = await Sim.Start();
        using var response = await sim.Http.PostAsync("control/latency", Json("""{"firstTokenMs":5,"perTokenMs":2}"""));
        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal(new() { FirstTokenMs = 5, PerTokenMs = 2 }, sim.State.Latency);
    }

    [Theory]
    [InlineData(Sim.OpenRouter, "openrouter", 20)]
    [InlineData(Sim.Groq, "groq", 30)]
    [InlineData(Sim.Gemini, "gemini", 15)]
    public async Task Limit_ParallelRequests_ExactlySoManySucceed(string api, string provider, int limit)
    {
        await using var sim = await Sim.Start();
        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => sim.Ask(api)));
        Assert.Equal(limit, answers.Count(answer => (int)answer.StatusCode == 200));
        Assert.Equal(150 - limit, answers.Count(answer => (int)answer.StatusCode == 429));
        Assert.Equal(150 - limit, sim.Quota(provider, "minute").WorstOverspend);
    }

    [Fact]
    public async Task Accounts_Configured_OnlyTheirKeysAndSharedQuota()
    {
        await using var sim = await Sim.Start(options =>
        {
            options.Providers["groq"].Accounts["team"] = "gsk_one, gsk_two";
            options.Providers["groq"].Quotas["minute"] = new() { Amount = 1 };
        });
        Assert.Equal(200, (int)(await sim.Ask(Sim.Groq, key: "gsk_one")).StatusCode);
        Assert.Equal(429, (int)(await sim.Ask(Sim.Groq, key: "gsk_two")).StatusCode);
        Assert.Equal(401, (int)(await sim.Ask(Sim.Groq, key: "sim-any")).StatusCode);
    }

    [Fact]
    public void Create_WrongOptions_NamesAllOfThem()
    {
        var options = new SimulatorOptions { RequestLogSize = 0 };
        options.Providers["mistral"] = new();
        options.Providers["groq"].Quotas["minute"] = new() { Amount = -1 };
        var error = Assert.Throws<ArgumentException>(() => SimulatorApp.Create(options, TimeProvider.System, ["http://127.0.0.1:0"]));
        Assert.Contains("RequestLogSize", error.Message, StringComparison.Ordinal);
        Assert.Contains("mistral", error.Message, StringComparison.Ordinal);
        Assert.Contains("groq:Quotas:minute", error.Message, StringComparison.Ordinal);
    }

    private static StringContent Json(string body) => new(body, System.Text.Encoding.UTF8, "application/json");
}
