namespace ThotNet.Silo.Caching;

/// <summary>Looks every second for what other silos have purged.</summary>
/// <remarks>Failure policy: while Redis does not answer, what is known to be purged stays purged, and the next second tries again.</remarks>
internal sealed class PurgeWatch(AnswerCache cache, TimeProvider time) : BackgroundService
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            await cache.RefreshPurgesAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
