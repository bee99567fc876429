using Spectre.Console;

namespace ThotNet.Planner.Commands;

/// <summary>Shows how far long work is: on the error output, so that the report alone is on the standard one, and only to people.</summary>
internal static class ProgressView
{
    /// <summary>Does the work. It is given what starts a bar of a name and a length, and in turn gives what moves the bar.</summary>
    public static async Task<T> RunAsync<T>(TextWriter errors, Func<Func<string, int, Action<int>?>, T> work)
    {
        if (errors != Console.Error || Console.IsErrorRedirected) return work((_, _) => null);
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(errors) });
        return await console.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => Task.Run(() => work((name, length) => Watch(context, name, length))));
    }

    private static Action<int> Watch(ProgressContext context, string name, int length)
    {
        var bar = context.AddTask(Markup.Escape(name), maxValue: length);
        return done => bar.Value = done;
    }
}
