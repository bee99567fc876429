using Orleans.Configuration;
using StackExchange.Redis;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Gateway.Clustering;

/// <summary>
/// Connects to the cluster in the background and keeps trying for as long as it takes, so that a gateway answers, and says that it is not ready,
/// before the first silo or the store is there. It has services of its own because Orleans' client otherwise holds up the start of its host.
/// </summary>
internal sealed partial class ClusterConnection(ThotNetOptions options, ILoggerFactory loggers, TimeProvider time, ILogger<ClusterConnection> log)
    : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // Written by ExecuteAsync only, read by the watcher.
    private volatile IClusterClient? _client;

    /// <summary>The connected client, or null.</summary>
    public IClusterClient? Client => _client;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConnectAsync(stoppingToken);
            }
            catch (Exception fault) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(log, fault.Message);
                await Task.Delay(RetryDelay, time, stoppingToken);
            }
        }
    }

    // Returns by exception only: when connecting fails, or when the gateway stops.
    private async Task ConnectAsync(CancellationToken stopping)
    {
        await using var services = Services();
        var parts = services.GetServices<IHostedService>().ToList();
        try
        {
            foreach (var part in parts)
                await part.StartAsync(stopping);
            _client = services.GetRequiredService<IClusterClient>();
            LogConnected(log, options.Cluster.ServiceId, options.Cluster.ClusterId);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stopping);
        }
        finally
        {
            _client = null;
            foreach (var part in parts)
                await part.StopAsync(CancellationToken.None);
        }
    }

    private ServiceProvider Services()
    {
        var services = new ServiceCollection();
        services.AddSingleton(loggers);
        services.AddLogging();
        services.AddOrleansClient(client => client
            .Configure<Orleans.Configuration.ClusterOptions>(cluster =>
            {
                cluster.ServiceId = options.Cluster.ServiceId;
                cluster.ClusterId = options.Cluster.ClusterId;
            })
            .Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = TimeSpan.FromSeconds(10))
            .UseRedisClustering(redis =>
            {
                redis.ConfigurationOptions = ConfigurationOptions.Parse(options.Cluster.Redis);
                redis.ConfigurationOptions.AbortOnConnectFail = false;
                redis.ConfigurationOptions.IncludeDetailInExceptions = false;
            })
            .UseConnectionRetryFilter(RetryAsync));
        return services.BuildServiceProvider();
    }

    private async Task<bool> RetryAsync(Exception fault, CancellationToken cancellation)
    {
        LogFailed(log, fault.Message);
        await Task.Delay(RetryDelay, time, cancellation);
        return true;
    }

    [LoggerMessage(1, LogLevel.Information, "Connected to cluster {ServiceId}/{ClusterId}")]
    private static partial void LogConnected(ILogger logger, string serviceId, string clusterId);

    [LoggerMessage(2, LogLevel.Warning, "The cluster cannot be reached, trying again: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
