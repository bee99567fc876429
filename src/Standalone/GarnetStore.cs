using Garnet;

namespace ThotNet.Standalone;

/// <summary>The store of the standalone mode: Garnet in this process, durable in a folder, reachable on loopback only.</summary>
/// <remarks>
/// Transaction mode for scripts is a matter of correctness: without it the compare-and-set of grain state is not atomic. The random-access
/// device needs no native library.
/// </remarks>
internal sealed class GarnetStore : IDisposable
{
    private readonly GarnetServer _server;

    private GarnetStore(GarnetServer server, int port)
    {
        _server = server;
        ConnectionString = $"127.0.0.1:{port}";
    }

    /// <summary>How Redis clients connect.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts the store and reads what the last run left in the folder.</summary>
    public static GarnetStore Start(string directory)
    {
        Directory.CreateDirectory(directory);
        var port = FreePort.Find();
        var server = new GarnetServer(
            [
                "--port", $"{port}", "--bind", "127.0.0.1",
                "--lua", "--lua-transaction-mode",
                "--aof", "--recover", "--checkpointdir", directory, "--device-type", "RandomAccess",
                "--memory", "256m", "--page", "4m", "--index", "16m",
                "-q",
            ]);
        server.Start();
        return new GarnetStore(server, port);
    }

    /// <summary>Writes everything to the folder and ends.</summary>
    public void Dispose() => _server.Dispose();
}
