using ThotNet.Load.Chaos;
using ThotNet.Load.Replay;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Faults in a cluster of real processes under a load far above its budgets; <c>bench/ThotNet.Load chaos</c> does the same for longer.</summary>
public sealed class ChaosTests
{
    [Fact]
    public async Task Budgets_SiloKilledAuthorityPausedRedisKilled_AreNeverOverspent()
    {
        Assert.SkipUnless(LocalCluster.Obstacle is null, LocalCluster.Obstacle ?? "");

        // Windows as short as this pass several times between two faults; leases then live for their shortest time.
        var settings = new ChaosSettings { Window = TimeSpan.FromSeconds(12), Duration = TimeSpan.FromSeconds(75) };
        var result = await new ChaosRun(settings, TimeProvider.System).RunAsync(ChaosScenario.Mixed, TestContext.Current.CancellationToken);

        Assert.Equal(3, result.Disturbances.Count(fault => fault.From >= TimeSpan.Zero));
        Assert.Equal(4, result.Quotas.Count);
        Assert.All(result.Quotas, quota => Assert.Equal(0, quota.State.WorstOverspend));
        Assert.Equal(0, result.RefusedByProviders);

        // Undisturbed it is some 5.4 a second. A cluster that stops at the first fault serves less than a third of that.
        Assert.InRange(result.Tally.CountOf(CallResult.Served), 150, 600);
    }
}
