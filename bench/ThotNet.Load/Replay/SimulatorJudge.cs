using System.Text.Json;

namespace ThotNet.Load.Replay;

/// <summary>What the simulator counted for one quota.</summary>
/// <param name="Name">Provider, account, model (where quotas are per model) and name of the quota.</param>
/// <param name="Metric">What it counts.</param>
/// <param name="Limit">The limit for one window.</param>
/// <param name="Arrived">What has arrived in the present window, refused or not.</param>
/// <param name="WorstOverspend">The most by which any window passed the limit; 0 if none did.</param>
public sealed record QuotaVerdict(string Name, string Metric, long Limit, long Arrived, long WorstOverspend);

/// <summary>Reads the simulator's own counts from its control API.</summary>
public static class SimulatorJudge
{
    /// <summary>Asks a running simulator about all quotas.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    /// <exception cref="FormatException">The answer is not what a simulator says.</exception>
    public static async Task<IReadOnlyList<QuotaVerdict>> AskAsync(Uri simulator)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        return Read(await client.GetStringAsync(new Uri(simulator, "control/state")));
    }

    /// <summary>Reads the answer of <c>/control/state</c>.</summary>
    /// <exception cref="FormatException">The text is not what a simulator says.</exception>
    public static IReadOnlyList<QuotaVerdict> Read(string state)
    {
        try
        {
            using var json = JsonDocument.Parse(state);
            return [.. json.RootElement.GetProperty("quotas").EnumerateArray().Select(ReadQuota)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"not the state of a simulator: {e.Message}", e);
        }
    }

    private static QuotaVerdict ReadQuota(JsonElement quota)
    {
        var name = string.Join(' ', ((string[])["provider", "account", "model", "name"]).Select(Text).Where(part => part.Length > 0));
        return new QuotaVerdict(name, Text("metric"), Number("limit"), Number("arrived"), Number("worstOverspend"));

        string Text(string property) => quota.GetProperty(property).GetString() ?? "";
        long Number(string property) => quota.GetProperty(property).GetInt64();
    }
}
