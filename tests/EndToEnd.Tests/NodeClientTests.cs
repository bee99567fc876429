using System.Diagnostics;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The official openai clients for Node, never told that they do not talk to OpenAI, with a model of each provider.</summary>
/// <remarks>Each test has a ThotNet of its own, because the client also makes providers fail.</remarks>
public sealed class NodeClientTests : IAsyncLifetime
{
    private const int Checks = 18;

    private readonly StandaloneFixture _thotnet = new();

    public static MatrixTheoryData<string, string> Clients => new(["openai", "openai-7"], ClientModel.Providers);

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public ValueTask DisposeAsync() => _thotnet.DisposeAsync();

    [Theory, MemberData(nameof(Clients))]
    public async Task NodeClient_EveryCheck_Passes(string package, string provider)
    {
        var model = ClientModel.Of(provider);
        var folder = Path.Combine(AppContext.BaseDirectory, "node");
        Assert.SkipUnless(ExternalProgram.Find("node") is not null, "node is not installed");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", package)), "run 'npm ci' in tests/EndToEnd.Tests/node and build again");

        var (exitCode, output, errors) = await ExternalProgram.RunAsync(new ProcessStartInfo("node", "client.mjs")
        {
            WorkingDirectory = folder,
            Environment =
            {
                ["PACKAGE"] = package,
                ["BASE_URL"] = new Uri(_thotnet.Host.GatewayUrl, "v1").ToString(),
                ["API_KEY"] = StandaloneFixture.ApiKey,
                ["MODEL"] = model.Chat,
                ["EMBEDDING_MODEL"] = model.Embedding,
                ["IMAGES"] = model.TakesImages ? "yes" : "no",
                ["PROVIDER"] = model.Provider,
                ["CONTROL"] = _thotnet.SimulatorAddress.AbsoluteUri,
            },
        });

        Assert.True(exitCode == 0, $"{output}\n{errors}");
        Assert.Equal(Checks, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }
}
