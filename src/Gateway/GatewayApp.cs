using Microsoft.Extensions.DependencyInjection.Extensions;
using ThotNet.Gateway.Access;
using ThotNet.Gateway.Clustering;
using ThotNet.Gateway.Proxy;
using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Health;
using ThotNet.Hosting.Requests;
using ThotNet.Hosting.Security;
using ThotNet.Hosting.Telemetry;

namespace ThotNet.Gateway;

/// <summary>Puts a gateway together: as a program of its own, or inside another process.</summary>
public static class GatewayApp
{
    private const string DefaultUrl = "http://localhost:8080";

    /// <summary>The gateway as a program of its own. Settings are read beside the program, wherever it is started from.</summary>
    /// <param name="args">The command line.</param>
    /// <exception cref="ThotNetConfigurationException">The configuration cannot be used.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.AddThotNetGateway();
        var app = builder.Build();
        app.MapThotNetGateway();
        return app;
    }

    /// <summary>Adds everything a gateway needs. It listens on <c>http://localhost:8080</c> unless told otherwise.</summary>
    /// <param name="builder">The application being built.</param>
    /// <param name="client">
    /// A running client of the cluster, such as that of a silo in the same process; without one the gateway connects through
    /// <c>ThotNet:Cluster:Redis</c>, and keeps trying for as long as it takes.
    /// </param>
    /// <exception cref="ThotNetConfigurationException">The configuration cannot be used.</exception>
    public static WebApplicationBuilder AddThotNetGateway(this WebApplicationBuilder builder, IClusterClient? client = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.AddThotNetOptions(HostRole.Gateway);
        builder.ConfigureThotNetKestrel(options.Access);
        builder.AddThotNetTelemetry("thotnet-gateway");
        if (!HasUrls(builder.Configuration))
            builder.WebHost.UseUrls(DefaultUrl);

        builder.Services.AddThotNetHealth();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Cluster.DrainTimeout);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<GatewaySecret>();
        builder.Services.AddSingleton(CallerKeys.From(options, builder.Configuration, builder.Environment.IsDevelopment()));
        builder.Services.AddSiloDiscovery(options, client);
        builder.Services.AddSiloProxy();
        return builder;
    }

    /// <summary>
    /// Switches the gateway on: <c>/v1/*</c> goes to the silos, <c>/healthz/*</c> and <c>/metrics</c> are its own, all else is 404.
    /// </summary>
    /// <param name="app">The application.</param>
    public static WebApplication MapThotNetGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseRequestId();
        app.UseThotNetErrors();
        app.MapThotNetHealth();
        app.MapThotNetMetrics();
        app.MapSiloProxy();
        app.Services.GetRequiredService<CallerKeys>().Announce(app.Logger);
        return app;
    }

    private static bool HasUrls(ConfigurationManager configuration) =>
        Array.Exists(["urls", "http_ports", "https_ports"], key => !string.IsNullOrEmpty(configuration[key]))
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
