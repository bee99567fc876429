using System.Diagnostics;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The official openai client for Node, never told that it does not talk to OpenAI.</summary>
public sealed class NodeClientTests(StandaloneFixture thotnet)
{
    [Fact]
    public async Task NodeClient_EveryCheck_Passes()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "node");
        Assert.SkipUnless(ExternalProgram.Find("node") is not null, "node is not installed");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "run 'npm ci' in tests/EndToEnd.Tests/node and build again");

        var (exitCode, output, errors) = await ExternalProgram.RunAsync(new ProcessStartInfo("node", "client.mjs")
        {
            WorkingDirectory = folder,
            Environment = { ["BASE_URL"] = new Uri(thotnet.Host.GatewayUrl, "v1").ToString(), ["API_KEY"] = StandaloneFixture.ApiKey },
        });

        Assert.True(exitCode == 0, $"{output}\n{errors}");
        Assert.Equal(8, output.Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }
}
