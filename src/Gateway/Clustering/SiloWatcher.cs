using ThotNet.Gateway.Proxy;
using ThotNet.Hosting.Health;
using Yarp.ReverseProxy.Configuration;

namespace ThotNet.Gateway.Clustering;

/// <summary>
/// Asks for the live silos every second and changes the proxy's destinations when the answer changes. When nobody answers in time the last list
/// stays; the health checks take care of silos that died meanwhile.
/// </summary>
internal sealed partial class SiloWatcher(
    ISiloSource source, InMemoryConfigProvider proxy, Readiness readiness, TimeProvider time, ILogger<SiloWatcher> log) : BackgroundService
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);

    // Both owned by ExecuteAsync, one step at a time.
    private List<SiloDestination> _known = [];
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        readiness.SetNotReady("no silo is known yet");
        using var timer = new PeriodicTimer(Interval, time);
        do
            await RefreshAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task RefreshAsync(CancellationToken stopping)
    {
        try
        {
            var silos = await source.GetAsync().WaitAsync(AnswerTimeout, time, stopping);
            _failing = false;
            if (silos is not null)
                Apply([.. silos.OrderBy(silo => silo.Id, StringComparer.Ordinal)]);
        }
        catch (Exception fault) when (!stopping.IsCancellationRequested)
        {
            if (!_failing)
                LogKept(log, _known.Count, fault.Message);
            _failing = true;
        }
    }

    private void Apply(List<SiloDestination> silos)
    {
        if (silos.SequenceEqual(_known))
            return;
        _known = silos;
        proxy.Update(SiloRoutes.Routes, SiloRoutes.Clusters(silos));
        if (silos.Count > 0)
            readiness.SetReady();
        else
            readiness.SetNotReady("no silo is live");
        if (log.IsEnabled(LogLevel.Information))
            LogSilos(log, silos.Count, string.Join(", ", silos.Select(silo => silo.Url.Authority)));
    }

    [LoggerMessage(1, LogLevel.Information, "{Count} silos are live: {Silos}")]
    private static partial void LogSilos(ILogger logger, int count, string silos);

    [LoggerMessage(2, LogLevel.Warning, "The live silos could not be read, keeping the last {Count}: {Reason}")]
    private static partial void LogKept(ILogger logger, int count, string reason);
}
