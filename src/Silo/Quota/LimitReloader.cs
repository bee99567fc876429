using ThotNet.Hosting.Configuration;
using ThotNet.Routing;

namespace ThotNet.Silo.Quota;

/// <summary>Puts changed limits of the file of settings in force, at most a second after it has changed.</summary>
/// <remarks>Failure policy: with any mistake in it nothing is taken over, all mistakes are logged, and the limits stay as they were.</remarks>
public sealed partial class LimitReloader(
    OptionsReload reload, ThotNetOptions running, Catalog catalog, TimeProvider time, ILogger<LimitReloader> log) : BackgroundService
{
    /// <summary>How often the file is looked at: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Looks at the file once.</summary>
    internal void Check()
    {
        if (reload.ReadIfChanged() is not { } change)
        {
            return;
        }

        if (change.Errors.Count > 0)
        {
            LogRefused(reload.Path, change.Errors.Count, string.Join(Environment.NewLine, change.Errors));
            return;
        }

        QuotaFactory.Replace(catalog.Quotas, change.Options);
        LogTaken(reload.Path);
        if (OptionsDifference.Find(running, change.Options).Where(path => !OptionsDifference.IsLimit(path)).ToList() is { Count: > 0 } waiting)
        {
            LogNeedsRestart(reload.Path, string.Join(", ", waiting));
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            Check();
        }
    }

    [LoggerMessage(2301, LogLevel.Information, "{File}: the limits in it are in force")]
    private partial void LogTaken(string file);

    [LoggerMessage(2302, LogLevel.Error, "{File} has {Count} mistake(s); nothing of it is taken over, the limits stay as they are:\n{Errors}")]
    private partial void LogRefused(string file, int count, string errors);

    [LoggerMessage(2303, LogLevel.Warning, "{File}: takes effect after a restart: {Settings}")]
    private partial void LogNeedsRestart(string file, string settings);
}
