using System.Text;
using Microsoft.Extensions.Time.Testing;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.OpenAi;
using ThotNet.Silo.Flights;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Streaming;
using ThotNet.Silo.Tests.Caching;
using ThotNet.Silo.Tests.Pipeline;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo.Tests.Flights;

/// <summary>An answer that is larger as we write it than as the provider wrote it, and no longer fits into a record.</summary>
public sealed class FlightRecorderTests
{
    private const string Chunk = """{"id":"x","choices":[{"index":0,"delta":{"content":"a"}}]}""";
    private const string End = """{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    private const string Answer = """{"id":"x","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]}""";

    private readonly FakeTimeProvider _time = new();
    private readonly RoutingOptions _options = new();
    private readonly Flight _flight = new(AnswerSamples.Key(1));

    [Theory]
    [InlineData(true, 10)]
    [InlineData(true, 150)]
    [InlineData(false, 10)]
    public async Task Relay_RecordIsFull_IsTheProvidersFault(bool stream, int room)
    {
        _flight.Record.Append(new byte[AnswerRecord.MaxBytes - room]);
        await using var recorder = new FlightRecorder(_flight, "r");

        var outcome = await RelayAsync(stream, recorder);

        Assert.Equal("upstream_answer_too_large", outcome.Failure?.Code);
        Assert.InRange(_flight.Record.Length, AnswerRecord.MaxBytes - room, AnswerRecord.MaxBytes);
    }

    private async Task<AttemptOutcome> RelayAsync(bool stream, AnswerSink sink)
    {
        var body = $$"""{"model":"auto","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        var adapter = new OpenAiAdapter(new ProviderEndpoint("acme", new Uri("http://127.0.0.1:9/v1"), ""), OpenAiDialect.Generic);
        using var deadline = new AttemptDeadline(_options.FirstEventTimeout, _options.AnswerTimeout, _time, CancellationToken.None);
        using var upstream = new MemoryStream(Encoding.UTF8.GetBytes(stream ? $"data: {Chunk}\n\ndata: {End}\n\ndata: [DONE]\n\n" : Answer));
        return stream
            ? await new StreamRelay(_options, new SiloMetrics()).RelayAsync(
                upstream, adapter.CreateStreamTranslator(request!, AttemptFixture.Target, _time.GetUtcNow()), sink, deadline)
            : await new AnswerRelay(_options, _time).RelayAsync(upstream, adapter, AttemptFixture.Target, request!, sink, deadline);
    }
}
