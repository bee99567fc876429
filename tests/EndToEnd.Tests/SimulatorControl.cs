using System.Net.Http.Json;
using System.Text.Json;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;
using ThotNet.ProviderSimulator.Faults;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The simulator's controls as tests use them; those of one that is out of reach are asked for over HTTP.</summary>
internal static class SimulatorControl
{
    private static readonly HttpClient Http = new();

    /// <summary>Replaces all faults; each is JSON as <c>/control/faults</c> takes it.</summary>
    public static void SetFaults(this SimulatorState simulator, params string[] faults)
    {
        simulator.ClearFaults();
        foreach (var fault in faults)
        {
            simulator.AddFault(JsonSerializer.Deserialize<Fault>(fault, ControlEndpoints.Json)!);
        }
    }

    public static Task SetLatencyAsync(Uri simulator, SimulatedLatency latency) => PostAsync(simulator, "latency", latency);

    /// <summary>Replaces the quotas of the providers named.</summary>
    public static Task SetQuotasAsync(Uri simulator, Dictionary<string, Dictionary<string, SimulatedQuota>> quotas) => PostAsync(simulator, "quotas", quotas);

    /// <summary>The worst that any quota of requests and any quota of tokens was overspent; 0 if none ever was.</summary>
    public static async Task<long> OverspendAsync(Uri simulator)
    {
        var state = (await Http.GetFromJsonAsync<StateReport>(new Uri(simulator, "control/state"), ControlEndpoints.Json))!;
        return state.WorstRequestOverspend + state.WorstTokenOverspend;
    }

    private static async Task PostAsync<T>(Uri simulator, string what, T value)
    {
        using var response = await Http.PostAsJsonAsync(new Uri(simulator, $"control/{what}"), value, ControlEndpoints.Json);
        response.EnsureSuccessStatusCode();
    }
}
