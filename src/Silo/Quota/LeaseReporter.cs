namespace ThotNet.Silo.Quota;

/// <summary>
/// Tells the authorities every second what became of the leases, and returns all of them when the silo stops. Registered after Orleans,
/// it stops before it.
/// </summary>
public sealed class LeaseReporter(LeaseBook book, TimeProvider time) : BackgroundService
{
    /// <summary>How often reports are sent: 1 s.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await book.CloseAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            book.Report();
        }
    }
}
