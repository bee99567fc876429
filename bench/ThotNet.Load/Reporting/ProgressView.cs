using Spectre.Console;

namespace ThotNet.Load.Reporting;

/// <summary>Shows how far a run is, on the error output so that the report alone is on the standard one.</summary>
public static class ProgressView
{
    /// <summary>The title before the first step.</summary>
    public const string Starting = "starting";

    /// <summary>Ends the step that was shown, and shows the next one.</summary>
    public static void Begin(this ProgressTask bar, string step)
    {
        if (bar.Description != Starting) bar.Increment(1);
        bar.Description = Markup.Escape(step);
    }

    /// <summary>Runs the work with a bar from 0 to <paramref name="total"/>.</summary>
    public static async Task<T> RunAsync<T>(string title, double total, Func<ProgressTask, Task<T>> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => work(context.AddTask(Markup.Escape(title), autoStart: true, maxValue: total)));
    }
}
