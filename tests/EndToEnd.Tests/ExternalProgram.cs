using System.Diagnostics;

namespace ThotNet.EndToEnd.Tests;

/// <summary>A program that a test starts. One that still runs when the test is over is ended by force.</summary>
internal sealed class ExternalProgram : IDisposable
{
    // More than a start of deploy/local-cluster takes on a busy machine: what hangs must fail the test, not hold it up.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly CancellationTokenSource _bound = new(Patience);
    private readonly Process _process;

    /// <summary>Starts it; what it prints is read by <see cref="ReadLineAsync"/> and <see cref="EndAsync"/>.</summary>
    public ExternalProgram(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    /// <summary>The full path of a program on the PATH, or null.</summary>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(ProcessStartInfo start)
    {
        using var program = new ExternalProgram(start);
        return await program.EndAsync();
    }

    /// <summary>The next line of its output; null at the end.</summary>
    public ValueTask<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(_bound.Token);

    /// <summary>Waits for its end; the output is that which has not been read before.</summary>
    public async Task<(int ExitCode, string Output, string Errors)> EndAsync()
    {
        var output = _process.StandardOutput.ReadToEndAsync(_bound.Token);
        var errors = _process.StandardError.ReadToEndAsync(_bound.Token);
        await _process.WaitForExitAsync(_bound.Token);
        return (_process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
        _bound.Dispose();
    }
}
