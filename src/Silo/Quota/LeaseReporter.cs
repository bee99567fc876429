namespace ThotNet.Silo.Quota;

/// <summary>
/// Says hello to the authorities when the silo starts, and returns all leases when it stops. Registered after Orleans, it starts after it and stops
/// before it.
/// </summary>
public sealed class LeaseReporter(LeaseBook book, TimeProvider time) : BackgroundService
{
    /// <summary>How often limits of callers who are gone are looked for: 1 min.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await book.CloseAsync(cancellationToken);
        await base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        book.SayHello();
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            book.DropIdle();
        }
    }
}
