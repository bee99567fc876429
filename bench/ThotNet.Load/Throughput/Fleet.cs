using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ThotNet.Load.Throughput;

/// <summary>Everything a throughput run measures, as child processes on free loopback ports, all up for the whole run and ended together.</summary>
public sealed class Fleet(TimeProvider time) : IDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly List<ChildProcess> _children = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("thotnet-load-");

    /// <summary>Starts all servers. One that cannot be started becomes a subject that says why.</summary>
    public async Task<IReadOnlyList<Subject>> StartAsync(CancellationToken cancellation)
    {
        var upstream = Loopback.FreePort();
        var subjects = new List<Subject> { await StartAsync("bare upstream", upstream, SelfServer("serve-upstream", upstream), [], cancellation: cancellation) };
        subjects.Add(await StartNginxAsync(upstream, cancellation));
        var yarp = await StartYarpAsync("bare YARP", upstream, [], cancellation);
        subjects.Add(yarp);
        subjects.Add(await StartYarpAsync("bare YARP -> YARP", yarp.Address.Port, yarp.Servers, cancellation));
        subjects.AddRange(await new ThotNetServers(this, _directory).StartAsync(upstream, cancellation));
        return subjects;
    }

    /// <summary>Starts a server that is to be ended with the fleet.</summary>
    public ChildProcess Launch(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var child = ChildProcess.Start(program, arguments, environment);
        _children.Add(child);
        return child;
    }

    /// <summary>Waits until the server answers the measured request with status 200.</summary>
    /// <param name="name">The subject's name.</param>
    /// <param name="port">Where the server listens.</param>
    /// <param name="server">The server itself.</param>
    /// <param name="counted">All processes whose CPU time counts.</param>
    /// <param name="comparator">The subject to compare with.</param>
    /// <param name="headers">Header lines of the requests.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<Subject> StartAsync(
        string name,
        int port,
        ChildProcess server,
        IReadOnlyList<ChildProcess> counted,
        string comparator = "",
        string headers = "",
        CancellationToken cancellation = default)
    {
        var subject = new Subject(name, new IPEndPoint(IPAddress.Loopback, port), counted.Count > 0 ? counted : [server], comparator, headers);
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
        return await StartAsync(name, port, server, [server, .. behind], cancellation: cancellation);
    }

    private async Task<Subject> StartNginxAsync(int upstream, CancellationToken cancellation)
    {
        const string Name = "nginx in front";
        if (Programs.Find("nginx") is not { } nginx) return Subject.Without(Name, "nginx is not installed");
        var port = Loopback.FreePort();
        var config = Path.Combine(_directory.FullName, "nginx.conf");
        await File.WriteAllTextAsync(config, NginxConfig.Make(port, upstream, _directory.FullName), cancellation);
        var server = Launch(nginx, ["-c", config, "-p", _directory.FullName, "-e", "stderr"]);
        return await StartAsync(Name, port, server, [server], cancellation: cancellation);
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
