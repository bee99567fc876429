using System.Diagnostics;
using System.Text.RegularExpressions;
using ThotNet.Load.Throughput;

namespace ThotNet.Load.Chaos;

/// <summary>A cluster of plain processes that <c>deploy/local-cluster</c> starts, disturbs and ends.</summary>
public sealed partial class ScriptedCluster : IAsyncDisposable
{
    private readonly string _directory;
    private readonly bool _isOurs;

    private ScriptedCluster(string directory, string status, bool isOurs)
    {
        _directory = directory;
        _isOurs = isOurs;
        Gateway = new Uri(Gateways().Match(status).Groups[1].Value);
        Simulator = new Uri(Simulators().Match(status).Groups[1].Value);
        Key = Keys().Match(status).Groups[1].Value;
    }

    /// <summary>Base URL of the gateway.</summary>
    public Uri Gateway { get; }

    /// <summary>Base URL of the provider simulator.</summary>
    public Uri Simulator { get; }

    /// <summary>A key that the gateway takes.</summary>
    public string Key { get; }

    /// <summary>Starts a cluster with a simulator in a directory of its own; it ends, and the directory goes, with this object.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="speed">How many times faster than real its clocks run.</param>
    /// <param name="settings">Environment variables of all its processes.</param>
    /// <param name="cancellation">Gives up the start.</param>
    public static async Task<ScriptedCluster> StartAsync(
        int silos, int speed, IReadOnlyDictionary<string, string> settings, CancellationToken cancellation)
    {
        var directory = Directory.CreateTempSubdirectory("thotnet-chaos-").FullName;
        try
        {
            string[] verb = ["up", "--silos", $"{silos}", "--simulator", "--speed", $"{speed}"];
            return new ScriptedCluster(directory, await ScriptAsync(directory, verb, settings, cancellation), isOurs: true);
        }
        catch
        {
            Directory.Delete(directory, recursive: true);
            throw;
        }
    }

    /// <summary>A cluster with a simulator that is up already and stays so.</summary>
    public static async Task<ScriptedCluster> AttachAsync(string directory, CancellationToken cancellation) =>
        new(directory, await ScriptAsync(directory, ["status"], null, cancellation), isOurs: false);

    /// <summary>Runs one verb of the script, for example <c>kill-silo 2</c>, and answers what it printed.</summary>
    /// <exception cref="InvalidOperationException">The script failed; the message is what it said.</exception>
    public async Task<string> RunAsync(CancellationToken cancellation, params string[] verb) =>
        (await ScriptAsync(_directory, verb, null, cancellation)).Trim();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_isOurs) return;
        await ScriptAsync(_directory, ["down"], null, CancellationToken.None);
        Directory.Delete(_directory, recursive: true);
    }

    private static async Task<string> ScriptAsync(
        string directory, string[] verb, IReadOnlyDictionary<string, string>? settings, CancellationToken cancellation)
    {
        var script = Path.Combine(Programs.FindRoot() ?? throw new InvalidOperationException("Not built inside the repository."), "deploy", "local-cluster");
        var start = new ProcessStartInfo("bash", [script, .. verb, "--dir", directory]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["CONFIGURATION"] = Programs.Configuration;
        foreach (var (name, value) in settings ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"local-cluster {string.Join(' ', verb)}: {await output}{await errors}");
    }

    [GeneratedRegex(@"^gateway\s+(http://\S+)", RegexOptions.Multiline)]
    private static partial Regex Gateways();

    [GeneratedRegex(@"^simulator\s+(http://\S+)", RegexOptions.Multiline)]
    private static partial Regex Simulators();

    [GeneratedRegex(@"^key\s+(\S+)", RegexOptions.Multiline)]
    private static partial Regex Keys();
}
