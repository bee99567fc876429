using Garnet;

namespace ThotNet.Standalone;

/// <summary>A store of the standalone mode: Garnet in this process, reachable on loopback only.</summary>
/// <remarks>
/// <para>
/// Transaction mode for scripts is a matter of correctness: without it the compare-and-set of grain state is not atomic. The random-access
/// device needs no native library.
/// </para>
/// <para>
/// The cache is a server of its own, not a database of the other one: that one writes all that it is told to a log that only grows, and drops what does
/// not fit in its memory, whosever it is.
/// </para>
/// </remarks>
internal sealed class GarnetStore : IDisposable
{
    private readonly GarnetServer _server;

    private GarnetStore(params ReadOnlySpan<string> settings)
    {
        var port = FreePort.Find();
        ConnectionString = $"127.0.0.1:{port}";
        _server = new GarnetServer(["--port", $"{port}", "--bind", "127.0.0.1", "--lua", "--lua-transaction-mode", "-q", .. settings]);
        _server.Start();
    }

    /// <summary>How Redis clients connect.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts a store that is durable in a folder, and reads what the last run left in it.</summary>
    public static GarnetStore StartDurable(string directory)
    {
        Directory.CreateDirectory(directory);
        return new(
            "--aof", "--recover", "--checkpointdir", directory, "--device-type", "RandomAccess", "--memory", "256m", "--page", "4m", "--index", "16m");
    }

    /// <summary>Starts a store of 64 MB with nothing on disk; when it is full, the oldest values go.</summary>
    /// <remarks>
    /// Values up to half a page lie in its log, which never grows. Larger ones lie beside it, and of those up to a hundred of the newest stay whatever their size.
    /// </remarks>
    public static GarnetStore StartCache() => new("--memory", "64m", "--page", "4m", "--max-inline-value-size", "2m", "--index", "4m");

    /// <summary>Ends; a durable one writes everything to its folder before.</summary>
    public void Dispose() => _server.Dispose();
}
