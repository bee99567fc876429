using System.Net.Sockets;
using System.Text;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.ProviderSimulator.Tests.Faults;

public class FaultTests
{
    private const string Long = "hi [[tokens=20]]";

    public static TheoryData<string> Apis => [Sim.OpenRouter, Sim.Groq, Sim.Gemini];

    [Fact]
    public async Task Status_CountOfTwo_StrikesTwiceAndCountsAsSent()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new()
        {
            Provider = "groq",
            Count = 2,
            Status = 503,
            Body = "busy {model}",
            ContentType = "text/plain",
            Headers = new Dictionary<string, string> { ["retry-after"] = "3" },
        });
        Assert.Equal(200, (int)(await sim.Ask(Sim.OpenRouter)).StatusCode);
        var response = await sim.Ask(Sim.Groq);
        Assert.Equal((503, "busy openai/gpt-oss-20b"), ((int)response.StatusCode, await response.Content.ReadAsStringAsync()));
        Assert.Equal("3", response.Headers.GetValues("retry-after").Single());
        Assert.Equal(503, (int)(await sim.Ask(Sim.Groq)).StatusCode);
        Assert.Equal(200, (int)(await sim.Ask(Sim.Groq)).StatusCode);
        Assert.Equal(3, sim.Quota("groq", "minute").Arrived);
        Assert.Empty(sim.State.ActiveFaults());
    }

    [Fact]
    public async Task Status_Forced_UsesNoTokens()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Status = 500 });
        await sim.Ask(Sim.OpenRouter);
        Assert.Equal((1, 0), (sim.Quota("openrouter", "minute").Used, sim.Quota("openrouter", "day").Used));
    }

    [Fact]
    public async Task Preset_Each_AnswersWithItsStatusOrBreaksTheStream()
    {
        await using var sim = await Sim.Start(options => options.Providers["openrouter"].Quotas.Clear());
        foreach (var name in FaultPresets.Names)
        {
            var expected = sim.State.AddFault(new() { Preset = name, Count = 1 }).Fault;
            var response = await sim.Ask(Sim.OpenRouter, more: "\"stream\":true");
            Assert.Equal(expected.Status ?? 200, (int)response.StatusCode);
            var body = await response.Content.ReadAsStringAsync();
            Assert.DoesNotContain("{model}", body, StringComparison.Ordinal);
            Assert.DoesNotContain("[DONE]", body, StringComparison.Ordinal);
            if (expected.ContentType is null && expected.Status >= 400)
                Assert.Contains("\"error\"", (await Sim.Json(response)).Body.ToJsonString(), StringComparison.Ordinal);
        }

        Assert.Empty(sim.State.ActiveFaults());
    }

    /// <summary>wire.md 0.1: a model that is gone is said to be gone in more than one way.</summary>
    [Theory]
    [InlineData(Sim.OpenRouter, "openrouter-404-free-variant-ended", 404, "\"code\":\"free_variant_ended\"")]
    [InlineData(Sim.OpenRouter, "openrouter-404-model-deprecated", 404, "\"code\":\"model_deprecated\"")]
    [InlineData(Sim.Groq, "groq-404-model-not-found", 404, "\"code\":\"model_not_found\"")]
    [InlineData(Sim.Groq, "groq-400-model-decommissioned", 400, "\"code\":\"model_decommissioned\"")]
    [InlineData(Sim.Gemini, "gemini-404", 404, "\"status\":\"NOT_FOUND\"")]
    public async Task Preset_ModelGone_SaysSo(string api, string preset, int status, string expected)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Preset = preset });
        var (actual, body) = await sim.AskJson(api);
        Assert.Equal(status, actual);
        Assert.Contains(expected, body.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gemini-limit-0", 429)]
    [InlineData("gemini-per-day", 429)]
    [InlineData("gemini-403", 403)]
    [InlineData("gemini-500", 500)]
    [InlineData("gemini-503", 503)]
    public async Task Preset_GeminiWithoutNative_InArray(string preset, int status)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Preset = preset });
        var (actual, body) = await sim.AskJson(Sim.Gemini);
        Assert.Equal((status, status), (actual, (int)body.AsArray().Single()!["error"]!["code"]!));
    }

    [Fact]
    public async Task Match_ModelAndAccount_StrikesOnlyThose()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Model = "openai/gpt-oss-20b", Account = "a", Status = 500 });
        Assert.Equal(500, (int)(await sim.Ask(Sim.Groq, key: "sim-a")).StatusCode);
        Assert.Equal(200, (int)(await sim.Ask(Sim.Groq, key: "sim-b")).StatusCode);
        Assert.Equal(200, (int)(await sim.Ask(Sim.OpenRouter, key: "sim-a")).StatusCode);
    }

    [Fact]
    public async Task Probability_Seeded_SameRequestsEachTime()
    {
        var runs = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            await using var sim = await Sim.Start(options => options.Providers["groq"].Quotas.Clear());
            sim.State.AddFault(new() { Probability = 0.4, Seed = 7, Status = 500 });
            var pattern = new StringBuilder();
            for (var i = 0; i < 60; i++)
                pattern.Append((int)(await sim.Ask(Sim.Groq)).StatusCode == 500 ? 'x' : '.');
            runs.Add(pattern.ToString());
        }

        Assert.Equal(runs[0], runs[1]);
        Assert.InRange(runs[0].Count(c => c == 'x'), 10, 40);
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task Reset_AfterChunks_BodyBreaksAfterExactlySoMany(string api)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Ending = FaultEnding.Reset, AfterChunks = 3 });
        var response = await OpenStream(sim, api);
        var lines = new List<string>();
        await Assert.ThrowsAnyAsync<IOException>(() => ReadLines(response, lines));
        Assert.Equal(3, lines.Count(line => line.StartsWith("data: ", StringComparison.Ordinal)));
        await Sim.Until(() => sim.State.Requests()[0].Outcome == RequestOutcome.CutByFault);
        Assert.Equal(0, sim.State.ClientDisconnects);
    }

    [Theory]
    [MemberData(nameof(Apis))]
    public async Task CleanEnd_AfterChunks_NoFinishNoDoneNoError(string api)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Ending = FaultEnding.CleanEnd, AfterChunks = 4 });
        var lines = new List<string>();
        await ReadLines(await OpenStream(sim, api), lines);
        var data = lines.Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).ToList();
        Assert.Equal(4, data.Count);
        Assert.All(data, line => Assert.DoesNotContain("\"stop\"", line, StringComparison.Ordinal));
    }

    /// <summary>wire.md 2.3, 3.3 and 4.4: each provider's error in mid-stream.</summary>
    [Theory]
    [InlineData(Sim.OpenRouter, "data: {", "\"error\":{\"code\":\"server_error\"")]
    [InlineData(Sim.Groq, "event: error", "\"status_code\":400")]
    [InlineData(Sim.Gemini, "data: [", "\"status\":\"UNAVAILABLE\"")]
    public async Task Error_AfterChunks_ProvidersOwnChunkAndNoDone(string api, string start, string part)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Ending = FaultEnding.Error, AfterChunks = 2 });
        var text = await (await OpenStream(sim, api)).Content.ReadAsStringAsync();
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != ':').ToList();
        Assert.Equal(3, events.Count);
        Assert.StartsWith(start, events[^1], StringComparison.Ordinal);
        Assert.Contains(part, events[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stall_AfterChunks_LastsUntilTheClientLeavesAndIsChargedInFull()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Ending = FaultEnding.Stall, AfterChunks = 2 });
        var response = await OpenStream(sim, Sim.OpenRouter);
        using (var reader = new StreamReader(await response.Content.ReadAsStreamAsync()))
        {
            for (var data = 0; data < 2;)
                data += (await reader.ReadLineAsync())!.StartsWith("data: ", StringComparison.Ordinal) ? 1 : 0;
            Assert.Equal("", await reader.ReadLineAsync());
            var next = reader.ReadLineAsync();
            sim.Time.Advance(TimeSpan.FromHours(5));
            Assert.False(next.IsCompleted);
            Assert.Equal((1, 0), (sim.State.InFlight, sim.State.ClientDisconnects));
            response.Dispose();
        }

        await Sim.Until(() => sim.State.InFlight == 0);
        Assert.Equal(1, sim.State.ClientDisconnects);
        Assert.Equal(28, sim.Quota("openrouter", "day").Used);
        Assert.Equal(RequestOutcome.ClientLeft, sim.State.Requests().Single().Outcome);
    }

    [Fact]
    public async Task Stall_SimulatorIsAboutToStop_EndsByItself()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { Ending = FaultEnding.Stall });
        using var response = await OpenStream(sim, Sim.Groq);
        Assert.Equal(1, sim.State.InFlight);
        sim.BeginStop();
        await Sim.Until(() => sim.State.InFlight == 0);
        Assert.Equal(RequestOutcome.ClientLeft, sim.State.Requests().Single().Outcome);
        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(FaultEnding.Reset)]
    [InlineData(FaultEnding.CleanEnd)]
    public async Task Ending_NoStream_HalfOfTheBody(FaultEnding ending)
    {
        await using var sim = await Sim.Start();
        var whole = await (await sim.Ask(Sim.Groq)).Content.ReadAsStringAsync();
        sim.State.AddFault(new() { Ending = ending });
        if (ending == FaultEnding.Reset)
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => sim.Ask(Sim.Groq));
            return;
        }

        var body = await (await sim.Ask(Sim.Groq)).Content.ReadAsByteArrayAsync();
        Assert.Equal(Encoding.UTF8.GetByteCount(whole) / 2, body.Length);
    }

    [Fact]
    public async Task DelayHeaders_ClockStands_NothingComes()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { DelayHeadersMs = 3000 });
        var response = OpenStream(sim, Sim.OpenRouter);
        await Sim.Until(() => sim.State.InFlight == 1 && sim.State.Requests()[0].Status == 200);
        Assert.False(response.IsCompleted);
        await AdvanceUntil(sim, response);
        Assert.Equal(200, (int)(await response).StatusCode);
    }

    [Fact]
    public async Task DelayFirstToken_ClockStands_HeadersAndCommentsCome()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { DelayFirstTokenMs = 3000, DelayTokenMs = 10 });
        var response = await OpenStream(sim, Sim.OpenRouter);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal(": OPENROUTER PROCESSING", await reader.ReadLineAsync());
        for (var i = 0; i < 3; i++)
            await reader.ReadLineAsync();
        var rest = reader.ReadToEndAsync();
        Assert.False(rest.IsCompleted);
        await AdvanceUntil(sim, rest);
        Assert.EndsWith("data: [DONE]\n\n", await rest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Latency_Global_TakesFirstAndFurtherTokens()
    {
        await using var sim = await Sim.Start();
        sim.State.Latency = new() { FirstTokenMs = 500, PerTokenMs = 10 };
        var started = sim.Time.GetUtcNow();
        var answer = sim.Ask(Sim.Groq, "hi [[tokens=11]]");
        await AdvanceUntil(sim, answer);
        Assert.True(sim.Time.GetUtcNow() - started >= TimeSpan.FromMilliseconds(600));
        Assert.Equal(200, (int)(await answer).StatusCode);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(7, false)]
    [InlineData(0, true)]
    public async Task Pieces_Stream_SameBytesInCutsOfThatSize(int pieceBytes, bool random)
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { PieceBytes = pieceBytes, RandomPieces = random, Seed = 5 });
        var chunks = await RawChunks(sim, Sim.Chat(Sim.Groq, Long, "\"stream\":true"));
        if (random)
            Assert.True(chunks.Select(chunk => chunk.Length).Distinct().Count() > 10 && chunks.All(chunk => chunk.Length <= 32));
        else
            Assert.All(chunks, chunk => Assert.True(chunk.Length <= pieceBytes));
        var text = Encoding.UTF8.GetString([.. chunks.SelectMany(chunk => chunk)]);
        Assert.EndsWith("data: [DONE]\n\n", text, StringComparison.Ordinal);
        sim.State.ClearFaults();
        var whole = await RawChunks(sim, Sim.Chat(Sim.Groq, Long, "\"stream\":true"));
        Assert.Equal(Contents(Encoding.UTF8.GetString([.. whole.SelectMany(chunk => chunk)])), Contents(text));
    }

    [Fact]
    public async Task Pieces_NoStream_WholeBodyArrives()
    {
        await using var sim = await Sim.Start();
        sim.State.AddFault(new() { PieceBytes = 1 });
        var (status, body) = await sim.AskJson(Sim.OpenRouter, Long);
        Assert.Equal((200, 20), (status, (int)body["usage"]!["completion_tokens"]!));
    }

    [Fact]
    public async Task Gzip_SwitchedOn_CompressesForClientsThatAcceptIt()
    {
        await using var plain = await Sim.Start();
        await using var zipped = await Sim.Start(options => options.Gzip = true);
        foreach (var sim in new[] { plain, zipped })
        {
            sim.Http.DefaultRequestHeaders.AcceptEncoding.Add(new("gzip"));
            var response = await sim.Ask(Sim.Groq);
            Assert.Equal(sim == zipped ? ["gzip"] : [], response.Content.Headers.ContentEncoding);
        }
    }

    private static Task<HttpResponseMessage> OpenStream(Sim sim, string api) =>
        sim.Post(api, Sim.Chat(api, Long, "\"stream\":true"), completion: HttpCompletionOption.ResponseHeadersRead);

    private static async Task ReadLines(HttpResponseMessage response, List<string> lines)
    {
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (await reader.ReadLineAsync() is { } line)
            lines.Add(line);
    }

    private static Task AdvanceUntil(Sim sim, Task done) => Sim.Until(() =>
    {
        sim.Time.Advance(TimeSpan.FromMilliseconds(1));
        return done.IsCompleted;
    });

    private static string Contents(string stream) => string.Join('|', stream.Split("\"content\":")[1..].Select(part => part.Split("},")[0]));

    /// <summary>The chunks of a chunked body as they are on the wire.</summary>
    private static async Task<List<byte[]>> RawChunks(Sim sim, string body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(sim.Address.Host, sim.Address.Port);
        var stream = client.GetStream();
        var bytes = Encoding.UTF8.GetBytes(body);
        var head = $"POST /{Sim.Groq}/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer sim-raw\r\nConnection: close\r\nContent-Length: {bytes.Length}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        await stream.WriteAsync(bytes);
        using var all = new MemoryStream();
        using var timeout = new CancellationTokenSource(Sim.Patience);
        await stream.CopyToAsync(all, timeout.Token);
        var rest = all.ToArray().AsSpan();
        rest = rest[(rest.IndexOf("\r\n\r\n"u8) + 4)..];
        var chunks = new List<byte[]>();
        while (true)
        {
            var end = rest.IndexOf("\r\n"u8);
            var length = Convert.ToInt32(Encoding.ASCII.GetString(rest[..end]), 16);
            if (length == 0)
                return chunks;
            chunks.Add(rest.Slice(end + 2, length).ToArray());
            rest = rest[(end + 4 + length)..];
        }
    }
}
