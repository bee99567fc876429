using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Telemetry;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>How long an attempt may take to its first sign of life, and as what a bug of ours counts.</summary>
public sealed class AttemptRunnerTests
{
    private static readonly TargetDefinition Target = new("acme", "model-1", ImmutableArray<string>.Empty, 1, "q", Capabilities.Embeddings, 100);

    // Other tests use the same meter at the same time.
    private static readonly AsyncLocal<List<string>?> Outcomes = new();

    [Fact]
    public async Task Run_UnexpectedException_CountsAsAFaultAndNotAsTheCallersLeaving()
    {
        var outcomes = Outcomes.Value = [];
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter == ThotNetTelemetry.Meter && instrument.Name == "thotnet.attempts")
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, _, tags, _) => Outcomes.Value?.Add((string)tags[2].Value!));
        listener.Start();
        using var attempt = new AttemptFixture();
        using var provider = new FakeProvider((_, _) => throw new InvalidOperationException("fault"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => attempt.RunAsync(stream: false, provider));
        Assert.Equal(["Faulted"], outcomes);
    }

    [Theory]
    [InlineData(false, 12.009)]
    [InlineData(true, 10)]
    public void FirstAllowance_Chat_GrowsWithWhatIsReadAndWrittenUnlessStreamed(bool stream, double seconds)
    {
        var body = $$"""{"model":"m","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"hi"}]}""";
        Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));

        Assert.Equal(seconds, AttemptRunner.FirstAllowance(request!, Target, new RoutingOptions()).TotalSeconds);
    }

    [Theory]
    [InlineData(1, 11)]
    [InlineData(50, 60)]
    [InlineData(2048, 120)]
    public void FirstAllowance_Embeddings_GrowsWithTheInputs_Wire17(int inputs, double seconds)
    {
        var body = $$"""{"model":"m","input":[{{string.Join(',', Enumerable.Repeat($"\"{new string('x', 3000)}\"", inputs))}}]}""";
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));

        Assert.Equal(seconds, AttemptRunner.FirstAllowance(request!, Target, new RoutingOptions()).TotalSeconds);
    }
}
