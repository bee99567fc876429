using System.Net.Sockets;
using System.Text;

namespace ThotNet.Load.Throughput;

/// <summary>What a run measures, as child processes on free loopback ports, all up for the whole run and ended together.</summary>
public sealed class Fleet(TimeProvider time) : IDisposable
{
    /// <summary>Name of the server behind all others.</summary>
    public const string Upstream = "bare upstream";

    /// <summary>Name of the comparator of one server.</summary>
    public const string Yarp = "bare YARP";

    /// <summary>Name of the comparator of two servers, one behind the other.</summary>
    public const string TwoYarps = "bare YARP -> YARP";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly List<ChildProcess> _children = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("thotnet-load-");

    /// <summary>Starts all servers of a throughput run. One that cannot be started becomes a subject that says why.</summary>
    public async Task<IReadOnlyList<Subject>> StartAsync(CancellationToken cancellation)
    {
        var (upstream, yarp, twoYarps) = await StartComparatorsAsync(cancellation);
        var nginx = await StartNginxAsync(upstream.Address.Port, cancellation);
        var thotNet = new ThotNetServers(this, "bench", new Dictionary<string, string> { ["ThotNet__Cache__Enabled"] = "false" });
        var silo = await thotNet.StartSiloAsync("silo alone", upstream.Address.Port, cancellation);
        return [upstream, nginx, yarp, twoYarps, silo, await thotNet.StartGatewayAsync("gateway + silo", silo, cancellation)];
    }

    /// <summary>Starts the upstream, and what ThotNet is compared with.</summary>
    public async Task<(Subject Upstream, Subject Yarp, Subject TwoYarps)> StartComparatorsAsync(CancellationToken cancellation)
    {
        var port = Loopback.FreePort();
        var upstream = await WaitAsync(new(Upstream, Loopback.At(port), [SelfServer("serve-upstream", port)]), cancellation);
        var yarp = await StartYarpAsync(Yarp, port, [], cancellation);
        return (upstream, yarp, await StartYarpAsync(TwoYarps, yarp.Address.Port, yarp.Servers, cancellation));
    }

    /// <summary>A directory for a server's data, which goes with the fleet.</summary>
    public string CreateDirectory(string name) => _directory.CreateSubdirectory(name).FullName;

    /// <summary>Starts a server that is to be ended with the fleet.</summary>
    public ChildProcess Launch(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var child = ChildProcess.Start(program, arguments, environment);
        _children.Add(child);
        return child;
    }

    /// <summary>Waits until the server answers the measured request with status 200.</summary>
    /// <returns>The subject, or one that says why the server, the first of its own, did not start.</returns>
    public async Task<Subject> WaitAsync(Subject subject, CancellationToken cancellation)
    {
        var server = subject.Servers[0];
        var start = time.GetTimestamp();
        var problem = await TryAsync(subject, cancellation);
        while (problem.Length > 0 && !server.HasExited && time.GetElapsedTime(start) < StartTimeout)
        {
            await Task.Delay(PollInterval, time, cancellation);
            problem = await TryAsync(subject, cancellation);
        }

        return problem.Length == 0 ? subject : subject with { Missing = $"did not start: {problem}\n{server.LastLines}".TrimEnd() };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var child in _children) child.RequestStop();
        for (var i = _children.Count - 1; i >= 0; i--) _children[i].Dispose();
        _directory.Delete(recursive: true);
    }

    private ChildProcess SelfServer(string command, int port, params string[] more) =>
        Launch("dotnet", [typeof(Fleet).Assembly.Location, command, "--port", $"{port}", .. more]);

    private async Task<Subject> StartYarpAsync(string name, int to, IReadOnlyList<ChildProcess> behind, CancellationToken cancellation)
    {
        var port = Loopback.FreePort();
        var server = SelfServer("serve-yarp", port, "--to", $"http://127.0.0.1:{to}/");
        return await WaitAsync(new(name, Loopback.At(port), [server, .. behind]), cancellation);
    }

    private async Task<Subject> StartNginxAsync(int upstream, CancellationToken cancellation)
    {
        const string Name = "nginx in front";
        if (Programs.Find("nginx") is not { } nginx) return Subject.Without(Name, "nginx is not installed");
        var port = Loopback.FreePort();
        var config = Path.Combine(_directory.FullName, "nginx.conf");
        await File.WriteAllTextAsync(config, NginxConfig.Make(port, upstream, _directory.FullName), cancellation);
        var server = Launch(nginx, ["-c", config, "-p", _directory.FullName, "-e", "stderr"]);
        return await WaitAsync(new(Name, Loopback.At(port), [server]), cancellation);
    }

    private static async Task<string> TryAsync(Subject subject, CancellationToken cancellation)
    {
        try
        {
            using var connection = await HttpConnection.ConnectAsync(subject.Address, cancellation);
            var text = "";
            var status = await connection.ExchangeAsync(subject.Request, cancellation, answer => text = Encoding.UTF8.GetString(answer.Span));
            return status == 200 ? "" : $"answers {text}";
        }
        catch (Exception e) when (e is IOException or SocketException or FormatException)
        {
            return e.Message;
        }
    }
}
