using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ThotNet.Gateway;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Health;
using ThotNet.ProviderSimulator;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.Silo;
using ThotNet.Silo.Upstream;

namespace ThotNet.Standalone;

/// <summary>Gateway, one silo and their stores in one process; with no provider key, and in Development, the simulator as well.</summary>
/// <remarks>Only composition: each part is the same as in a cluster. They stop in the order in which a request meets them.</remarks>
public sealed class StandaloneHost : IAsyncDisposable
{
    private static readonly TimeSpan ReadyCheck = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReadyBound = TimeSpan.FromSeconds(60);

    private readonly GarnetStore _store;
    private readonly GarnetStore? _cache;
    private readonly SimulatorHost? _simulator;
    private readonly WebApplication _silo;
    private readonly WebApplication _gateway;

    private StandaloneHost(GarnetStore store, GarnetStore? cache, SimulatorHost? simulator, WebApplication silo, WebApplication gateway)
    {
        _store = store;
        _cache = cache;
        _simulator = simulator;
        _silo = silo;
        _gateway = gateway;
    }

    /// <summary>Where callers send their requests.</summary>
    public Uri GatewayUrl => new(_gateway.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Where the simulator is, or null when real providers answer.</summary>
    public Uri? SimulatorUrl => _simulator?.BaseAddress;

    /// <summary>How to connect to the store.</summary>
    public string StoreConnection => _store.ConnectionString;

    /// <summary>How to connect to the store of cached answers: one in this process, unless another one was configured.</summary>
    public string CacheConnection => _silo.Services.GetRequiredService<ThotNetOptions>().Cache.Redis;

    /// <summary>The grains of this process.</summary>
    public IGrainFactory Grains => _silo.Services.GetRequiredService<IGrainFactory>();

    /// <summary>The key made for this machine, or null when keys were configured.</summary>
    public string? DevelopmentKey { get; private init; }

    /// <summary>The file that holds <see cref="DevelopmentKey"/>.</summary>
    public string? DevelopmentKeyPath { get; private init; }

    /// <summary>Configured providers that are off, each with the reason.</summary>
    public IEnumerable<(string Provider, string Reason)> ProvidersThatAreOff =>
        ProviderFactory.ProvidersThatAreOff(_silo.Services.GetRequiredService<ThotNetOptions>(), _silo.Configuration);

    /// <summary>Starts everything and returns when requests can be served.</summary>
    /// <param name="args">Command-line settings, for example <c>--ThotNet:Routing:Patience=00:00:05</c>.</param>
    /// <exception cref="ThotNetConfigurationException">The configuration has errors; all are listed.</exception>
    public static async Task<StandaloneHost> StartAsync(string[] args)
    {
        var settings = new StandaloneSettings(args);
        var keyPath = Path.Combine(Directory.CreateDirectory(settings.Data).FullName, "api-key");
        var madeKey = settings.NeedsDevelopmentKey ? Standalone.DevelopmentKey.ReadOrCreate(keyPath) : null;
        if (madeKey is not null)
        {
            settings.UseApiKey(madeKey);
        }

        var simulator = settings.NeedsSimulator ? await SimulatorHost.StartAsync(new SimulatorOptions(), TimeProvider.System) : null;
        if (simulator is not null)
        {
            settings.UseSimulator(simulator.BaseAddress);
        }

        var store = GarnetStore.StartDurable(Path.Combine(settings.Data, "store"));
        settings.UseStore(store.ConnectionString);
        var cache = settings.NeedsCacheStore ? GarnetStore.StartCache() : null;
        if (cache is not null)
        {
            settings.UseCacheStore(cache.ConnectionString);
        }

        var silo = await StartSiloAsync(settings);
        var gateway = await StartGatewayAsync(settings, silo);
        return new StandaloneHost(store, cache, simulator, silo, gateway) { DevelopmentKey = madeKey, DevelopmentKeyPath = madeKey is null ? null : keyPath };
    }

    /// <summary>Returns when the process was asked to stop and the gateway has finished its running requests.</summary>
    public Task WaitForShutdownAsync() => _gateway.WaitForShutdownAsync();

    /// <summary>Stops the gateway, then the silo, then what they stand on.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gateway.StopAsync();
        await _gateway.DisposeAsync();
        await _silo.StopAsync();
        await _silo.DisposeAsync();
        if (_simulator is not null)
        {
            await _simulator.DisposeAsync();
        }

        _cache?.Dispose();
        _store.Dispose();
    }

    private static async Task<WebApplication> StartSiloAsync(StandaloneSettings settings)
    {
        var builder = settings.CreateBuilder();
        builder.Services.AddSingleton<IHostLifetime, StoppedByOwner>();
        builder.WebHost.UseUrls($"http://127.0.0.1:{builder.Configuration["ThotNet:Cluster:HttpPort"]}");
        builder.AddThotNetSilo(SiloMembership.Alone);
        var silo = builder.Build();
        silo.MapThotNetSilo();
        await silo.StartAsync();
        return silo;
    }

    private static async Task<WebApplication> StartGatewayAsync(StandaloneSettings settings, WebApplication silo)
    {
        var builder = settings.CreateBuilder();
        builder.AddThotNetGateway(silo.Services.GetRequiredService<IClusterClient>());
        var gateway = builder.Build();
        gateway.MapThotNetGateway();
        await gateway.StartAsync();
        await WaitUntilReadyAsync(gateway);
        return gateway;
    }

    // The gateway learns of the silo a moment after it listens; nobody should be told it is ready before.
    private static async Task WaitUntilReadyAsync(WebApplication gateway)
    {
        using var timer = new PeriodicTimer(ReadyCheck, TimeProvider.System);
        using var bound = new CancellationTokenSource(ReadyBound);
        while (gateway.Services.GetRequiredService<Readiness>().State is ReadinessState.NotReady)
        {
            await timer.WaitForNextTickAsync(bound.Token);
        }
    }

    /// <summary>Signals go to the gateway alone; the silo stops after it.</summary>
    private sealed class StoppedByOwner : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
