using Microsoft.AspNetCore.ResponseCompression;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator;

/// <summary>Composes the simulator. It reads no configuration of its own, so that it can live inside another process.</summary>
internal static class SimulatorApp
{
    private const long MaxBodyBytes = 64 << 20;

    /// <summary>Makes an application that is ready to start; its <see cref="SimulatorState"/> is among its services.</summary>
    /// <param name="options">Settings; later changes to them have no effect.</param>
    /// <param name="time">The clock of all windows and delays.</param>
    /// <param name="urls">Where to listen, at least one.</param>
    /// <param name="guest">A guest in another process leaves that process's signals to its host and stops when it is told.</param>
    /// <exception cref="ArgumentException">Settings are wrong; the message has a line for each.</exception>
    public static WebApplication Create(SimulatorOptions options, TimeProvider time, string[] urls, bool guest = false)
    {
        if (options.Problems().ToArray() is { Length: > 0 } problems)
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(options));
        var state = new SimulatorState(options, time);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);

        // A flush then returns only when the bytes are with the operating system: what was sent before a reset really arrives.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = 1);
        builder.WebHost.UseKestrelCore().UseUrls(urls).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        builder.Services.AddRoutingCore().AddSingleton(state);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        if (guest)
            builder.Services.AddSingleton<IHostLifetime, GuestLifetime>();
        if (options.Gzip)
            AddGzip(builder.Services);
        var app = builder.Build();
        if (options.Gzip)
            app.UseResponseCompression();
        foreach (var (name, settings) in options.Providers)
            app.MapProvider(new Provider(name, DialectOf(name), settings), state, time, app.Lifetime.ApplicationStopping);
        app.MapControl(state);
        return app;
    }

    private static ChatDialect DialectOf(string provider) => provider switch
    {
        SimulatorOptions.OpenRouter => new OpenRouterDialect(),
        SimulatorOptions.Groq => new GroqDialect(),
        SimulatorOptions.Gemini => new GeminiDialect(),
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "Unknown provider."),
    };

    private sealed class GuestLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private static void AddGzip(IServiceCollection services) => services.AddResponseCompression(compression =>
    {
        compression.Providers.Add<GzipCompressionProvider>();
        compression.MimeTypes = ["application/json", "text/event-stream"];
    });
}
