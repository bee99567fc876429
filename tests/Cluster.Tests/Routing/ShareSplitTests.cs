using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers.Chat;
using ThotNet.Routing;
using ThotNet.Silo.Evidence;
using ThotNet.Silo.Pipeline;
using ThotNet.Silo.Routing;
using ThotNet.Silo.Tokens;

namespace ThotNet.Cluster.Tests.Routing;

/// <summary>Requests on all silos, picked, reserved and reported as in production: what the cluster as a whole does with the shares.</summary>
public sealed class ShareSplitTests
{
    private const int Requests = 1_000;

    private static readonly double[] Shares = [70, 20, 5, 5];
    private static readonly ChatRequest Request = new() { Body = default, Model = "auto" };

    [Fact]
    public async Task Select_ThousandRequestsOnThreeSilos_AreSplitByTheSharesWithinOnePercent()
    {
        var day = new BudgetDefinition(BudgetMetric.Requests, 100_000, TimeSpan.FromDays(1), BudgetKind.Calendar);
        var catalog = new Catalog(
            [.. Shares.Select((share, index) => new TargetDefinition($"p{index}", "m", [], share, $"q/{index}", Capabilities.None, 100))],
            [.. Shares.Select((_, index) => new QuotaDefinition($"q/{index}", [day]))]);
        await using var cluster = await ThotCluster.StartAsync(catalog);
        var silos = cluster.Silos.Select(silo => ServicesOf(silo, cluster)).ToList();
        var random = new Random(1);
        for (var request = 0; request < Requests; request++)
        {
            await ServeAsync(silos[random.Next(silos.Count)], cluster);
        }

        foreach (var silo in silos)
        {
            await silo.GetRequiredService<RouteReporter>().ReportAsync(TestContext.Current.CancellationToken);
            cluster.Time.Advance(RouteReporter.Period);
        }

        await silos[0].GetRequiredService<RouteReporter>().ReportAsync(TestContext.Current.CancellationToken);
        var table = silos[0].GetRequiredService<RouteAdvice>().Table!;
        Assert.Equal(Requests, table.Targets.Sum(route => route.Served));
        Assert.All(table.Targets, route => Assert.InRange(route.AchievedShare - route.ConfiguredShare, -0.01, 0.01));
        Assert.Equal([0.7, 0.2, 0.05, 0.05], table.Targets.Select(route => Math.Round(route.ConfiguredShare, 9)));
        silos.ForEach(silo => silo.Dispose());
    }

    private static async Task ServeAsync(ServiceProvider silo, ThotCluster cluster)
    {
        var catalog = silo.GetRequiredService<Catalog>();
        var plan = new RoutePlan([catalog.Targets], true, new Random(1));
        var selecting = silo.GetRequiredService<TargetSelector>()
            .SelectAsync(Request, plan, default, TimeSpan.Zero, TestContext.Current.CancellationToken).AsTask();
        while (!selecting.IsCompleted)
        {
            await cluster.StepAsync(TimeSpan.FromSeconds(0.25));
        }

        var (selection, _) = await selecting;
        Assert.Null(selection.Error);
        selection.Reservation!.Value.MarkReceived();
        selection.Reservation.Value.Settle(new(1, 0));
        silo.GetRequiredService<TargetHealth>().Succeeded(selection.Target!);
    }

    // What requests meet in a silo on their way to a target.
    private static ServiceProvider ServicesOf(InProcessSiloHandle silo, ThotCluster cluster)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(ThotCluster.BookOf(silo));
        services.AddSingleton(silo.ServiceProvider.GetRequiredService<IGrainFactory>());
        services.AddSingleton(silo.ServiceProvider.GetRequiredService<ILocalSiloDetails>());
        services.AddSingleton<TimeProvider>(cluster.Time);
        services.AddSingleton(cluster.Catalog);
        services.AddSingleton<ThotNetOptions>();
        services.AddSingleton<TargetHealth>();
        services.AddSingleton<RouteAdvice>();
        services.AddSingleton<PromptScales>();
        services.AddSingleton<DemandMeter>();
        services.AddSingleton<WaitingRoom>();
        services.AddSingleton<TargetSelector>();
        services.AddSingleton<ForeignUseLog>();
        services.AddSingleton<RouteReporter>();
        return services.BuildServiceProvider();
    }
}
