using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;
using ThotNet.Hosting.Clustering;
using ThotNet.Hosting.Health;

namespace ThotNet.Gateway.Tests.Clustering;

public sealed class ClusterConnectionTests
{
    [Fact]
    public async Task Gateway_StartedBeforeStoreAndSilo_AnswersAtOnceAndFindsThemWhenTheyCome()
    {
        var port = RedisServer.FreePort();
        await using var web = await FakeSilo.StartAsync(context => context.Response.WriteAsync("from the silo"));
        var builder = GatewayHost.Builder("Production",
            ("ThotNet:Access:ApiKeys", GatewayHost.Key), ("ThotNet:Access:GatewaySecret", GatewayHost.Secret), ("ThotNet:Cluster:Redis", $"127.0.0.1:{port}"));
        await using var gateway = await GatewayHost.StartAsync(builder, waitUntilReady: false);
        using (var early = await gateway.Client.GetAsync("/v1/models"))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, early.StatusCode);

        await using var redis = await RedisServer.StartAsync(port);
        using var silo = await StartSiloAsync(redis, new SiloName("silo-1", web.Url));
        var readiness = gateway.App.Services.GetRequiredService<Readiness>();
        await Eventually.TrueAsync(() => readiness.State == ReadinessState.Ready, seconds: 30);

        Assert.Equal("from the silo", await gateway.Client.GetStringAsync("/v1/models"));
        await silo.StopAsync();
    }

    [Fact]
    public async Task Gateway_GivenAClient_UsesIt()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var web = await FakeSilo.StartAsync(context => context.Response.WriteAsync("from the silo"));
        using var silo = await StartSiloAsync(redis, new SiloName("silo-1", web.Url));
        var builder = GatewayHost.Builder("Development", ("ThotNet:Access:ApiKeys", GatewayHost.Key));
        builder.AddThotNetGateway(silo.Services.GetRequiredService<IClusterClient>());
        var app = builder.Build();
        app.MapThotNetGateway();
        await using var gateway = await GatewayHost.StartAsync(app, waitUntilReady: true);

        Assert.Equal("from the silo", await gateway.Client.GetStringAsync("/v1/models"));
        await silo.StopAsync();
    }

    private static async Task<IHost> StartSiloAsync(RedisServer redis, SiloName name)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = ("thotnet", "default"))
            .Configure<SiloOptions>(options => options.SiloName = name.ToString())
            .ConfigureEndpoints(IPAddress.Loopback, RedisServer.FreePort(), RedisServer.FreePort())
            .UseRedisClustering(options => options.ConfigurationOptions = ConfigurationOptions.Parse(redis.Connection)));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }
}
