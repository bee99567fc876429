using System.CommandLine;

namespace ThotNet.Planner.Commands;

/// <summary>The command line of the planner.</summary>
public static class PlannerCommands
{
    /// <summary>Exit code for input that cannot be used.</summary>
    internal const int BadInput = 2;

    /// <summary>Runs a command.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="engine">Simulates one policy.</param>
    /// <param name="time">Measures how long work takes.</param>
    /// <param name="output">Gets the report.</param>
    /// <param name="errors">Gets all that is wrong with the input, one line each, and progress when it is a terminal.</param>
    /// <param name="cancellation">Gives it up.</param>
    /// <returns>0, or 2 for input that cannot be used.</returns>
    public static async Task<int> RunAsync(
        string[] args, Engine engine, TimeProvider time, TextWriter output, TextWriter errors, CancellationToken cancellation)
    {
        var root = new RootCommand("What would these quotas serve?") { new SimulateCommand(engine, time).Create(), new ProjectCommand().Create() };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count == 0) return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = errors }, cancellation);
        foreach (var error in parsed.Errors.Select(error => error.Message).Distinct()) await errors.WriteLineAsync(error);
        return BadInput;
    }
}
