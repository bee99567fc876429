using Garnet;
using ThotNet.Gateway.Tests.Clustering;

namespace ThotNet.Silo.Tests.Caching;

/// <summary>Garnet in this process, as the standalone mode has it, but with nothing on disk.</summary>
public sealed class EmbeddedGarnet : IDisposable
{
    private readonly GarnetServer _server;

    public EmbeddedGarnet()
    {
        Port = RedisServer.FreePort();
        _server = new GarnetServer(
            ["--port", $"{Port}", "--bind", "127.0.0.1", "--lua", "--lua-transaction-mode", "--memory", "64m", "--page", "4m", "--index", "4m", "-q"]);
        _server.Start();
    }

    public int Port { get; }

    public void Dispose() => _server.Dispose();
}
