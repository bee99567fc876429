using System.Diagnostics;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The official openai client for Node, never told that it does not talk to OpenAI.</summary>
public sealed class NodeClientTests(StandaloneFixture thotnet)
{
    [Fact]
    public async Task NodeClient_EveryCheck_Passes()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "node");
        Assert.SkipUnless(Programs.Find("node") is not null, "node is not installed");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "run 'npm ci' in tests/EndToEnd.Tests/node and build again");

        using var node = Process.Start(new ProcessStartInfo("node", "client.mjs")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["BASE_URL"] = new Uri(thotnet.Host.GatewayUrl, "v1").ToString(), ["API_KEY"] = StandaloneFixture.ApiKey },
        })!;
        var output = node.StandardOutput.ReadToEndAsync();
        var errors = node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);

        Assert.True(node.ExitCode == 0, $"{await output}\n{await errors}");
        Assert.Equal(8, (await output).Split('\n').Count(line => line.StartsWith("ok ", StringComparison.Ordinal)));
    }
}

/// <summary>Finds programs on the PATH.</summary>
internal static class Programs
{
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
