using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ThotNet.ProviderSimulator;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The simulator's control API, as tests use it.</summary>
internal static class SimulatorControl
{
    private static readonly HttpClient Http = new();

    /// <summary>Replaces all faults.</summary>
    public static async Task SetFaultsAsync(this SimulatorHost simulator, params string[] faults)
    {
        (await Http.DeleteAsync(new Uri(simulator.BaseAddress, "control/faults"))).EnsureSuccessStatusCode();
        foreach (var fault in faults)
        {
            (await Http.PostAsync(new Uri(simulator.BaseAddress, "control/faults"), new StringContent(fault, Encoding.UTF8, "application/json"))).EnsureSuccessStatusCode();
        }
    }

    /// <summary>What the simulator counted.</summary>
    public static Task<JsonElement> StateAsync(this SimulatorHost simulator) =>
        Http.GetFromJsonAsync<JsonElement>(new Uri(simulator.BaseAddress, "control/state"));

    /// <summary>The newest requests.</summary>
    public static Task<JsonElement> RequestsAsync(this SimulatorHost simulator, int last) =>
        Http.GetFromJsonAsync<JsonElement>(new Uri(simulator.BaseAddress, $"control/requests?last={last}"));
}
