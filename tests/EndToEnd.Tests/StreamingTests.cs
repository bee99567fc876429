using System.Text.Json;
using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.EndToEnd.Tests;

/// <summary>What a caller sees on the wire through gateway and silo (wire.md 1.3).</summary>
/// <remarks>Each test has a ThotNet of its own: the faults that it asks for close quotas and open circuits for minutes.</remarks>
public sealed class StreamingTests : IAsyncLifetime
{
    private const string Pinned = """{"model":"openrouter/openrouter/free","stream":true,"messages":[{"role":"user","content":"Talk. [[tokens=20]]"}]}""";
    private const string Auto = """{"model":"auto","stream":true,"messages":[{"role":"user","content":"Talk. [[tokens=20]]"}]}""";

    private readonly StandaloneFixture _thotnet = new();

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public ValueTask DisposeAsync() => _thotnet.DisposeAsync();

    [Fact]
    public async Task Stream_Complete_HasOnlyDataLinesAndEndsWithDone()
    {
        var log = await SseLog.ReadAsync(await _thotnet.PostChatAsync(Pinned));

        Assert.False(log.Broken);
        Assert.Equal("[DONE]", log.Data[^1]);
        Assert.Empty(log.Other);
        Assert.All(log.Data.SkipLast(1), line => Assert.Equal("chat.completion.chunk", JsonDocument.Parse(line).RootElement.GetProperty("object").GetString()));
    }

    [Fact]
    public async Task Stream_FirstEvent_ArrivesWhileTheProviderStillWrites()
    {
        _thotnet.Simulator.SetFaults("""{"delayTokenMs":1000}""");
        using var response = await _thotnet.PostChatAsync(Pinned);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());

        while (await reader.ReadLineAsync() is { } line && !line.StartsWith("data: ", StringComparison.Ordinal))
        {
            // Comments come first where the first request of a fresh ThotNet takes its time.
        }

        Assert.Equal(1, _thotnet.Simulator.InFlight); // For 20 s.
    }

    [Theory]
    [InlineData("""{"ending":"Reset","afterChunks":6}""")]
    [InlineData("""{"ending":"CleanEnd","afterChunks":6}""")]
    [InlineData("""{"ending":"Stall","afterChunks":6}""")]
    [InlineData("""{"ending":"Error","afterChunks":6}""")]
    public async Task Stream_FailsAfterContent_EndsWithErrorEventAndABrokenBody(string fault)
    {
        _thotnet.Simulator.SetFaults(fault);
        for (var round = 0; round < 5; round++)
        {
            var log = await SseLog.ReadAsync(await _thotnet.PostChatAsync(Pinned));

            Assert.True(log.Broken);
            Assert.False(log.HasDone);
            var error = JsonDocument.Parse(log.Data[^1]).RootElement.GetProperty("error");
            Assert.Equal(["message", "type", "param", "code"], error.EnumerateObject().Select(field => field.Name));
        }
    }

    [Theory]
    [InlineData("""{"provider":"openrouter","ending":"Reset","afterChunks":0}""")]
    [InlineData("""{"provider":"openrouter","ending":"CleanEnd","afterChunks":0}""")]
    [InlineData("""{"provider":"openrouter","ending":"Error","afterChunks":0}""")]
    [InlineData("""{"provider":"openrouter","ending":"Stall","afterChunks":0}""")]
    [InlineData("""{"provider":"openrouter","status":503,"body":"<html>busy</html>","contentType":"text/html"}""")]
    [InlineData("""{"provider":"openrouter","preset":"openrouter-402"}""")]
    public async Task Stream_FailsBeforeContent_IsServedByAnotherUnnoticed(string fault)
    {
        _thotnet.Simulator.SetFaults(fault);
        for (var round = 0; round < 3; round++)
        {
            using var response = await _thotnet.PostChatAsync(Auto);
            var log = await SseLog.ReadAsync(response);

            Assert.False(log.Broken);
            Assert.True(log.HasDone);
            Assert.DoesNotContain(log.Data, line => line.Contains("\"error\"", StringComparison.Ordinal));
        }

        Assert.Contains(_thotnet.Simulator.Counts(), row => row.Provider == "openrouter");
    }

    [Theory]
    [InlineData("""{"pieceBytes":1}""")]
    [InlineData("""{"randomPieces":true,"seed":7}""")]
    public async Task Stream_CutAnywhere_GivesTheSameText(string fault)
    {
        var whole = TextOf(await SseLog.ReadAsync(await _thotnet.PostChatAsync(Pinned)));
        _thotnet.Simulator.SetFaults(fault);

        Assert.Equal(whole, TextOf(await SseLog.ReadAsync(await _thotnet.PostChatAsync(Pinned))));
    }

    [Fact]
    public async Task Stream_SilentProvider_CallerGetsComments()
    {
        await using var thotnet = new StandaloneFixture("--ThotNet:Routing:KeepAlive=00:00:00.300");
        await thotnet.InitializeAsync();
        thotnet.Simulator.SetFaults("""{"delayFirstTokenMs":1000}""");
        var log = await SseLog.ReadAsync(await thotnet.PostChatAsync(Pinned));

        Assert.NotEmpty(log.Comments);
        Assert.True(log.HasDone);
    }

    [Fact]
    public async Task Stream_CallerLeaves_ProviderCallEndsAndTheReservationIsSettled()
    {
        _thotnet.Simulator.SetFaults("""{"ending":"Stall","afterChunks":6,"count":1}""");
        using (var response = await _thotnet.PostChatAsync(Pinned))
        {
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            await reader.ReadLineAsync();
        }

        await Eventually.TrueAsync(() => Task.FromResult(_thotnet.Simulator.ClientDisconnects == 1), "the provider sees the caller leave");
        var quota = _thotnet.Host.Grains.GetGrain<IQuotaGrain>("provider/openrouter/default");
        await Eventually.TrueAsync(async () => (await quota.GetSnapshot()).Budgets.All(budget => budget.Outstanding == 0), "nothing stays outstanding");
    }

    private static string TextOf(SseLog log) => string.Concat(log.Data.SkipLast(1).Select(line =>
        JsonDocument.Parse(line).RootElement.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : ""));
}
