using StackExchange.Redis;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Decisions;

/// <summary>A redis-server of our own on the loopback interface, with its data in a directory that goes with it.</summary>
public sealed class RedisServer : IDisposable
{
    private readonly DirectoryInfo _directory;

    private RedisServer(ChildProcess process, DirectoryInfo directory, int port)
    {
        Process = process;
        _directory = directory;
        Port = port;
    }

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    /// <summary>The server itself.</summary>
    public ChildProcess Process { get; }

    /// <summary>Starts a server and waits until it answers.</summary>
    /// <param name="durable">Every write is on the disk before it is confirmed, as for ThotNet's state; otherwise nothing is.</param>
    public static async Task<RedisServer> StartAsync(bool durable)
    {
        var program = Programs.Find("redis-server") ?? throw new InvalidOperationException("redis-server is not installed.");
        var directory = Directory.CreateTempSubdirectory("thotnet-redis-");
        var port = Loopback.FreePort();
        string[] durability = durable ? ["--appendonly", "yes", "--appendfsync", "always"] : ["--appendonly", "no"];
        var process = ChildProcess.Start(program, ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", directory.FullName, "--save", "", .. durability]);
        var server = new RedisServer(process, directory, port);
        await using var connection = await server.ConnectAsync();
        await connection.GetDatabase().PingAsync();
        return server;
    }

    /// <summary>A connection to it; waits until it can be reached.</summary>
    public Task<ConnectionMultiplexer> ConnectAsync() =>
        ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { $"127.0.0.1:{Port}" }, ConnectRetry = 20, ConnectTimeout = 1000 });

    /// <inheritdoc/>
    public void Dispose()
    {
        Process.Dispose();
        _directory.Delete(recursive: true);
    }
}
