using System.Collections.Immutable;
using System.Text;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>How long an attempt may take to its first sign of life.</summary>
public sealed class AttemptRunnerTests
{
    private static readonly TargetDefinition Target = new("acme", "model-1", ImmutableArray<string>.Empty, 1, "q", Capabilities.Embeddings, 100);

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
