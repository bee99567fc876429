using ThotNet.Hosting.Configuration;
using ThotNet.Hosting.Errors;
using ThotNet.Hosting.Health;
using ThotNet.Hosting.Requests;
using ThotNet.Hosting.Security;
using ThotNet.Hosting.Telemetry;
using ThotNet.Silo.Caching;
using ThotNet.Silo.Clustering;
using ThotNet.Silo.Decisions;
using ThotNet.Silo.Endpoints;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Flights;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Quota;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tokens;
using ThotNet.Silo.Upstream;
using ThotNet.Silo.Usage;

namespace ThotNet.Silo;

/// <summary>Composes a silo. Its HTTP endpoint is complete by itself: the gateway adds the edge, not the logic.</summary>
public static class SiloExtensions
{
    /// <summary>Adds the silo's services and its Orleans host.</summary>
    /// <param name="builder">The web application to be.</param>
    /// <param name="membership">Where silos are registered.</param>
    /// <exception cref="ThotNetConfigurationException">The configuration has errors; all are listed.</exception>
    public static void AddThotNetSilo(this WebApplicationBuilder builder, SiloMembership membership)
    {
        var options = builder.AddThotNetOptions(HostRole.Silo);
        builder.ConfigureThotNetKestrel(options.Access);
        builder.AddThotNetTelemetry("thotnet-silo");
        builder.Services.AddThotNetHealth();
        builder.AddOrleansSilo(options, membership);
        builder.Services.AddQuota();
        builder.Services.AddPipeline(options, builder.Configuration);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Cluster.DrainTimeout);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]))
        {
            var address = OwnAddress.Find(options.Cluster);
            builder.WebHost.UseUrls($"http://{(System.Net.IPAddress.IsLoopback(address) ? "127.0.0.1" : "*")}:{options.Cluster.HttpPort}");
        }
    }

    /// <summary>Maps the silo's middleware and endpoints.</summary>
    public static void MapThotNetSilo(this WebApplication app)
    {
        app.Lifetime.ApplicationStarted.Register(app.Services.GetRequiredService<Readiness>().SetReady);
        app.UseRequestId();
        app.UseThotNetErrors();
        app.MapThotNetHealth();
        app.MapThotNetMetrics();
        app.MapSiloApi();
        app.Services.GetRequiredService<RouteMetrics>();
        app.Logger.LogStartNotices(app.Services.GetRequiredService<ThotNetOptions>(), app.Configuration);

        // Loads the vocabulary before the first request, if it is needed.
        _ = app.Services.GetRequiredService<PromptCounting>().Tokenizer;
    }

    private static void AddPipeline(this IServiceCollection services, ThotNetOptions options, IConfiguration configuration)
    {
#pragma warning disable RS0030 // This is where it is injected; a Random of our own would not be safe for concurrent use.
        services.AddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddSingleton(ProviderFactory.CreateCatalog(options, configuration));
        services.AddSingleton(_ => ProviderFactory.CreateProviders(options, configuration));
        services.AddSingleton<GatewaySecret>();
        services.AddSingleton<TargetHealth>();
        services.AddSingleton<DemandMeter>();
        services.AddSingleton<RouteAdvice>();
        services.AddSingleton<RouteMetrics>();
        services.AddSingleton<PromptCounting>();
        services.AddSingleton<PromptScales>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<TargetSelector>();
        services.AddSingleton<CallerBudgets>();
        services.AddSingleton<Audiences>();
        services.AddSingleton<CandidateFinder>();
        services.AddSingleton<SiloMetrics>();
        services.AddSingleton<AttemptRunner>();
        services.AddSingleton<RecentDecisions>();
        services.AddSingleton<ExplainRight>();
        services.AddSingleton<DecisionLog>();
        services.AddSingleton<RequestPipeline>();
        services.AddSingleton<RequestHandler>();
        services.AddCaching(options);
        services.AddFlights(options);
        services.AddEvidence();
        services.AddSingleton(provider => new ProcessStart(provider.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds()));
        services.AddHostedService<RouteReporter>();
        services.AddHostedService<LimitReloader>();
    }
}
