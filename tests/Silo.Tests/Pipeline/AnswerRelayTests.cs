using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Http;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.OpenAi;
using ThotNet.Routing;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Streaming;

namespace ThotNet.Silo.Tests.Pipeline;

/// <summary>Answers that are larger than what is read.</summary>
public sealed class AnswerRelayTests
{
    private static readonly TargetDefinition Target = new("acme", "model-1", ImmutableArray<string>.Empty, 1, "q", Capabilities.None, 100);

    [Fact]
    public async Task Relay_TooLargeAnswer_IsTheProvidersFault()
    {
        Assert.Null(ChatRequestReader.Read("""{"model":"m","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(), out var request));

        Assert.Equal(FailureClass.Transient, (await RelayAsync(request!)).Failure!.Class);
    }

    [Fact]
    public async Task Relay_TooManyVectors_AreTheRequestsFault_Wire17()
    {
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes("""{"model":"m","input":["a","b"]}"""), out var request));

        Assert.Equal(FailureClass.TooLarge, (await RelayAsync(request!)).Failure!.Class);
    }

    private static async Task<AttemptOutcome> RelayAsync(ModelRequest request)
    {
        var options = new RoutingOptions();
        using var body = new MemoryStream(new byte[AnswerRelay.MaxAnswerBytes]);
        await using var caller = new CallerConnection(new DefaultHttpContext(), stream: false, options.KeepAlive, TimeProvider.System);
        using var deadline = new AttemptDeadline(options.AnswerTimeout, options.AnswerTimeout, TimeProvider.System, TestContext.Current.CancellationToken);
        var adapter = new OpenAiAdapter(new ProviderEndpoint("acme", new Uri("http://127.0.0.1:9/v1"), ""), OpenAiDialect.Generic);
        return await new AnswerRelay(options, TimeProvider.System).RelayAsync(body, adapter, Target, request, caller, deadline);
    }
}
