using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.OpenAi;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Tests.Streaming;

/// <summary>
/// A provider that falls silent or breaks off: before the last finish reason the answer is broken, after it complete (wire.md 1.3). Gemini's may name a
/// reason in every event, so that it says nothing of the end (wire.md 4.4).
/// </summary>
public sealed class StreamRelayTests : IDisposable
{
    private const string GeminiText = """{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0}]}""";
    private const string GeminiStop = """{"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"STOP","index":0}]}""";
    private const string OpenAiText = """{"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}""";
    private const string OpenAiStop = """{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private static readonly ProviderEndpoint Endpoint = new("acme", new Uri("http://127.0.0.1:9/v1"), "");
    private static readonly TargetDefinition Target = new("acme", "model-1", ImmutableArray<string>.Empty, 1, "q", Capabilities.None, 777);

    private readonly FakeTimeProvider _time = new();
    private readonly RoutingOptions _options = new();
    private readonly Pipe _upstream = new();
    private readonly MemoryStream _sent = new();

    public void Dispose() => _sent.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Relay_BrokenAfterTheFinishReason_IsComplete_Wire13(bool isReset)
    {
        var outcome = await RelayAsync(false, 1, isReset, OpenAiText, OpenAiStop);

        Assert.Equal(AttemptResult.Answered, outcome.Result);
        var sent = Sent();
        Assert.Contains("\"finish_reason\":\"stop\"", sent, StringComparison.Ordinal);
        Assert.EndsWith("data: [DONE]\n\n", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relay_GeminiBrokenAfterAFinishReason_IsBroken_Wire44()
    {
        await Assert.ThrowsAsync<IOException>(() => RelayAsync(true, 1, true, GeminiText, GeminiStop));

        Assert.DoesNotContain("\"finish_reason\":\"", Sent(), StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", Sent(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Relay_SilentBeforeTheFinishReason_IsBroken_Wire13(bool isGemini)
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RelayAsync(isGemini, 1, false, isGemini ? GeminiText : OpenAiText));

        Assert.DoesNotContain("[DONE]", Sent(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Relay_BrokenBeforeTheFinishReason_IsBroken_Wire13(bool isGemini)
    {
        await Assert.ThrowsAsync<IOException>(() => RelayAsync(isGemini, 1, true, isGemini ? GeminiText : OpenAiText));

        Assert.DoesNotContain("[DONE]", Sent(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Relay_SilentBeforeEveryChoiceBegan_IsBroken_Wire44(bool isGemini) =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RelayAsync(isGemini, 2, false, isGemini ? [GeminiText, GeminiStop] : [OpenAiText, OpenAiStop]));

    // The relay runs up to the read that finds nothing; only then does the stream break, or the clock go on.
    private async Task<AttemptOutcome> RelayAsync(bool isGemini, int choices, bool isReset, params string[] events)
    {
        var cancel = TestContext.Current.CancellationToken;
        var body = $$"""{"model":"auto","stream":true,"n":{{choices}},"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        IProviderAdapter adapter = isGemini ? new GeminiAdapter(Endpoint) : new OpenAiAdapter(Endpoint, OpenAiDialect.Generic);
        var translator = adapter.CreateStreamTranslator(request!, Target, _time.GetUtcNow());
        var http = new DefaultHttpContext();
        http.Response.Body = _sent;
        await using var caller = new CallerConnection(http, stream: true, _options.KeepAlive, _time);
        using var deadline = new AttemptDeadline(_options.FirstEventTimeout, _options.AnswerTimeout, _time, CancellationToken.None);
        foreach (var data in events)
            await _upstream.Writer.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"), cancel);

        var relay = new StreamRelay(_options, new SiloMetrics()).RelayAsync(_upstream.Reader.AsStream(), translator, caller, deadline);
        Assert.False(relay.IsCompleted);
        if (isReset)
            await _upstream.Writer.CompleteAsync(new IOException("reset"));
        else
            _time.Advance(_options.SilenceTimeout);
        return await relay;
    }

    private string Sent() => Encoding.UTF8.GetString(_sent.ToArray());
}
