using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.ProviderSimulator;

/// <summary>A running simulator inside another process.</summary>
public sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SimulatorHost(WebApplication app)
    {
        _app = app;
        BaseAddress = new Uri(app.Urls.First());
        State = app.Services.GetRequiredService<SimulatorState>();
    }

    /// <summary>Where it listens; the providers' paths begin with <c>/openrouter</c>, <c>/groq</c> and <c>/gemini</c>.</summary>
    public Uri BaseAddress { get; }

    /// <summary>Its counts and controls.</summary>
    public SimulatorState State { get; }

    internal IHostApplicationLifetime Lifetime => _app.Lifetime;

    /// <summary>Starts a simulator.</summary>
    /// <param name="options">Settings; later changes to them have no effect.</param>
    /// <param name="time">The clock of all windows and delays.</param>
    /// <param name="urls">Where to listen; without any, a free port of 127.0.0.1.</param>
    public static async Task<SimulatorHost> StartAsync(SimulatorOptions options, TimeProvider time, params string[] urls)
    {
        var app = SimulatorApp.Create(options, time, urls.Length == 0 ? ["http://127.0.0.1:0"] : urls, guest: true);
        await app.StartAsync();
        return new SimulatorHost(app);
    }

    /// <summary>Stops it; requests that stall are ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
