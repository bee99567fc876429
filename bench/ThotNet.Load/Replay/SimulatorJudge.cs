using System.Text.Json;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Replay;

/// <summary>Reads the simulator's own counts from its control API.</summary>
public static class SimulatorJudge
{
    /// <summary>Asks a running simulator for its counts.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    /// <exception cref="JsonException">The answer is not what a simulator says.</exception>
    public static async Task<StateReport> AskAsync(Uri simulator)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        return await client.GetFromJsonAsync<StateReport>(new Uri(simulator, "control/state"), ControlEndpoints.Json)
            ?? throw new JsonException("not the state of a simulator");
    }
}
