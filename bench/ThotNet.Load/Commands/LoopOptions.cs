using System.CommandLine;
using ThotNet.Load.Reporting;

namespace ThotNet.Load.Commands;

/// <summary>The options of commands that measure closed loops.</summary>
/// <param name="seconds">Length of one measurement when none is given.</param>
internal sealed class LoopOptions(double seconds)
{
    private readonly Option<double> _seconds = Options.Positive("--seconds", seconds, "Length of one measurement");
    private readonly Option<int> _connections = Options.Count("--connections", 32, "Connections that the load keeps busy");
    private readonly Option<int> _rounds = Options.Count("--rounds", 3, "How often each subject is measured");
    private readonly Option<ReportFormat> _format = Options.Format();

    /// <summary>Makes a command that has these options.</summary>
    public Command Create(string name, string description, Func<LoopSettings, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description) { _seconds, _connections, _rounds, _format };
        command.SetAction((parsed, cancellation) => run(
            new(
                parsed.GetRequiredValue(_connections),
                TimeSpan.FromSeconds(parsed.GetRequiredValue(_seconds)),
                parsed.GetRequiredValue(_rounds),
                parsed.GetValue(_format)),
            cancellation));
        return command;
    }
}

/// <summary>How closed loops are measured.</summary>
/// <param name="Connections">Connections that the load keeps busy.</param>
/// <param name="Length">Length of one measurement.</param>
/// <param name="Rounds">How often each subject is measured.</param>
/// <param name="Format">Form of the report.</param>
internal sealed record LoopSettings(int Connections, TimeSpan Length, int Rounds, ReportFormat Format);
