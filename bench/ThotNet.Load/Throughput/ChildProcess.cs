using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ThotNet.Load.Throughput;

/// <summary>A server started by this tool, ended with it. What it prints is read, and the last lines are kept for when it fails.</summary>
public sealed class ChildProcess : IDisposable
{
    private const int LinesKept = 20;
    private const int SigTerm = 15;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;

    // Written by the threads that read the child's output.
    private readonly ConcurrentQueue<string> _lines = new();

    private ChildProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The process's id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines it printed.</summary>
    public string LastLines => string.Join('\n', _lines);

    /// <summary>Starts a program with arguments and further environment variables.</summary>
    public static ChildProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new ChildProcess(new Process { StartInfo = start });
    }

    /// <summary>Asks the process to end, so that it can see to its own children.</summary>
    public void RequestStop()
    {
        if (OperatingSystem.IsWindows() || _process.HasExited) return;
        _ = SendSignal(_process.Id, SigTerm);
    }

    /// <summary>Ends the process and those it started: by force if it does not follow <see cref="RequestStop"/> in a few seconds.</summary>
    public void Dispose()
    {
        RequestStop();
        if (!_process.WaitForExit(StopTimeout)) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int SendSignal(int process, int signal);

    private void Keep(string? line)
    {
        if (line is null) return;
        _lines.Enqueue(line);
        while (_lines.Count > LinesKept) _lines.TryDequeue(out _);
    }
}
