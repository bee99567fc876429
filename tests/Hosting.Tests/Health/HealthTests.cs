using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ThotNet.Hosting.Health;

namespace ThotNet.Hosting.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Ready_FollowsTheState()
    {
        await using var host = await TestHost.StartAsync(app => app.MapThotNetHealth(), services: services => services.AddThotNetHealth());
        var readiness = host.Services.GetRequiredService<Readiness>();

        Assert.Equal((503, """{"status":"not_ready","reason":"starting"}"""), await GetAsync(host, "/healthz/ready"));
        readiness.SetReady();
        Assert.Equal((200, """{"status":"ready"}"""), await GetAsync(host, "/healthz/ready"));
        readiness.SetNotReady("no silo is known");
        Assert.Equal((503, """{"status":"not_ready","reason":"no silo is known"}"""), await GetAsync(host, "/healthz/ready"));
        Assert.Equal((200, """{"status":"live"}"""), await GetAsync(host, "/healthz/live"));
    }

    [Fact]
    public void Draining_NeverBecomesReadyAgain()
    {
        var readiness = new Readiness();
        readiness.Drain();
        readiness.SetReady();

        Assert.Equal(ReadinessState.Draining, readiness.State);
    }

    [Fact]
    public async Task Stop_DrainsBeforeAnythingElseStops()
    {
        await using var host = await TestHost.StartAsync(app => app.MapThotNetHealth(), services: services => services.AddThotNetHealth());
        host.Services.GetRequiredService<Readiness>().SetReady();

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Equal(503, (await GetAsync(host, "/healthz/ready")).Status);
    }

    private static async Task<(int Status, string Body)> GetAsync(TestHost host, string path)
    {
        using var response = await host.Client.GetAsync(path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
