using System.Text.Json;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Chaos;

/// <summary>What a quota held at a moment.</summary>
/// <param name="At">Since the load began, by the cluster's clocks.</param>
/// <param name="Used">What the provider holds against the account: of a rolling quota what was admitted in the last window.</param>
public readonly record struct Sample(TimeSpan At, long Used);

/// <summary>Reads the simulator's books again and again while the load runs.</summary>
public sealed class BudgetWatch(Uri simulator, ChaosClock clock)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, List<Sample>> _samples = [];

    /// <summary>The samples of each quota, by <see cref="NameOf"/>, in the order of time. Read after <see cref="RunAsync"/> only.</summary>
    public IReadOnlyDictionary<string, List<Sample>> Samples => _samples;

    /// <summary>How a quota is called.</summary>
    public static string NameOf(QuotaState quota) => $"{quota.Provider} {quota.Name}";

    /// <summary>Watches until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var before = clock.Elapsed;
                var state = await client.GetFromJsonAsync<StateReport>(new Uri(simulator, "control/state"), ControlEndpoints.Json, stop);
                Add(state ?? throw new JsonException("not the state of a simulator"), (before + clock.Elapsed) / 2);
                await clock.DelayAsync(Period, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private void Add(StateReport state, TimeSpan at)
    {
        foreach (var quota in state.Quotas)
        {
            if (!_samples.TryGetValue(NameOf(quota), out var samples)) _samples.Add(NameOf(quota), samples = []);
            samples.Add(new(at, quota.Used));
        }
    }
}
