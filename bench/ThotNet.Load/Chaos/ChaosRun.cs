using System.Text.Json;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Chaos;

/// <summary>Runs one scenario: a cluster under a load far above its budgets, faults, and the simulator's verdict.</summary>
public sealed class ChaosRun(ChaosSettings settings, TimeProvider time)
{
    // The first requests of a new cluster: connections, code that is compiled, the authorities' activation.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    // How long a lease counts whose silo says nothing before it begins to leave the window: its life of 5 s and the 10 s that a request may
    // travel, 2 s by which a new authority prolongs all, 3 s in reserve. A silo that is gone is declared dead meanwhile.
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(20);

    // Latency that a request has at the provider, so that some are always on their way when a fault comes.
    private static readonly SimulatedLatency Latency = new() { FirstTokenMs = 200, PerTokenMs = 10 };

    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(30);

    // A port that a cluster has chosen is free for another one's choice until it is bound.
    private static readonly SemaphoreSlim OneStarts = new(1, 1);

    /// <summary>Runs it.</summary>
    /// <exception cref="InvalidOperationException">The cluster did not do what it was told; the message is what it said.</exception>
    public async Task<ChaosResult> RunAsync(ChaosScenario scenario, CancellationToken cancellation)
    {
        var budgets = ChaosBudgets.Of(settings);
        await using var cluster = await FindClusterAsync(budgets, cancellation);
        using var client = new HttpClient { BaseAddress = cluster.Simulator };
        if (settings.Cluster is null) await PostAsync(client, "quotas", budgets.Quotas, cancellation);
        await PostAsync(client, "latency", Latency, cancellation);
        await FaultScript.PrepareAsync(scenario, cluster, cancellation);

        var clock = new ChaosClock(time, settings.Speed);
        var disturbances = new Disturbances();
        disturbances.Add(TimeSpan.MinValue, WarmUp, "start");
        var load = new ChaosLoad(cluster, settings.Workers, time, settings.Speed);
        var watch = new BudgetWatch(cluster.Simulator, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var watched = new CancellationTokenSource();
        var sending = load.RunAsync(end.Token);
        var watching = watch.RunAsync(watched.Token);
        try
        {
            var script = new FaultScript(cluster, clock, settings.ClusterDuration, settings.Window + Recovery, disturbances);
            await script.RunAsync(scenario, cancellation);
            var left = settings.ClusterDuration - clock.Elapsed;
            if (left > TimeSpan.Zero) await clock.DelayAsync(left, cancellation);
        }
        finally
        {
            await watched.CancelAsync();
            await end.CancelAsync();
            await Task.WhenAll(sending, watching);
        }

        var duration = clock.Elapsed;
        var state = await FinalStateAsync(client, cancellation);
        return new ChaosResult(scenario, Verdicts(state, watch, disturbances), load.Tally, RefusedByProviders(state), disturbances.All, duration);
    }

    private async Task<ScriptedCluster> FindClusterAsync(ChaosBudgets budgets, CancellationToken cancellation)
    {
        if (settings.Cluster is { } directory) return await ScriptedCluster.AttachAsync(directory, cancellation);
        await OneStarts.WaitAsync(cancellation);
        try
        {
            return await ScriptedCluster.StartAsync(settings.Silos, settings.Speed, budgets.ToEnvironment(), cancellation);
        }
        finally
        {
            OneStarts.Release();
        }
    }

    private static List<QuotaVerdict> Verdicts(StateReport state, BudgetWatch watch, Disturbances disturbances)
    {
        IReadOnlyList<Sample> SamplesOf(QuotaState quota) => watch.Samples.TryGetValue(BudgetWatch.NameOf(quota), out var samples) ? samples : [];
        return [.. state.Quotas.Select(quota => new QuotaVerdict(quota, UseOf(quota, TimeSpan.MinValue), UseOf(quota, disturbances.LastUntil)))];

        Utilisation UseOf(QuotaState quota, TimeSpan since) => Utilisation.Of(
            quota,
            SamplesOf(quota),
            [.. state.Quotas.Where(other => other.Provider == quota.Provider && other.Name != quota.Name).Select(other => (other, SamplesOf(other)))],
            disturbances,
            since);
    }

    private static long RefusedByProviders(StateReport state) =>
        state.Requests.Where(count => count.Status == StatusCodes.Status429TooManyRequests).Sum(count => count.Count);

    private async Task<StateReport> FinalStateAsync(HttpClient client, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var state = await client.GetFromJsonAsync<StateReport>("control/state", ControlEndpoints.Json, cancellation) ?? throw new JsonException("not a state");
            if (state.InFlight == 0 || time.GetElapsedTime(start) > Quiet) return state;
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
        }
    }

    private static async Task PostAsync<T>(HttpClient client, string what, T value, CancellationToken cancellation)
    {
        using var response = await client.PostAsJsonAsync($"control/{what}", value, ControlEndpoints.Json, cancellation);
        response.EnsureSuccessStatusCode();
    }
}
