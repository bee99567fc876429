using System.Security.Cryptography;

namespace ThotNet.Load.Throughput;

/// <summary>
/// A silo of ThotNet and a gateway as in a cluster: a Redis for state, one provider that is the bench's upstream, limits on and too large to be reached.
/// </summary>
/// <param name="fleet">Ends the servers.</param>
/// <param name="id">Id of the cluster and of the service.</param>
/// <param name="cache">Settings of the silo's cache.</param>
internal sealed class ThotNetServers(Fleet fleet, string id, IReadOnlyDictionary<string, string> cache)
{
    private const string EndlessBudget = "1000000000000";

    // Long enough to be accepted as a key; it lives as long as the run.
    private readonly string _key = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly int _redis = Loopback.FreePort();

    /// <summary>The secret that silo and gateway share.</summary>
    public string Secret { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Starts Redis and the silo.</summary>
    /// <param name="name">Its name in the report.</param>
    /// <param name="upstream">Port of the upstream.</param>
    /// <param name="cancellation">Ends the wait for it.</param>
    /// <param name="proof">What its answers must contain.</param>
    /// <param name="others">Further servers whose CPU time counts.</param>
    public async Task<Subject> StartSiloAsync(
        string name, int upstream, CancellationToken cancellation, string proof = "", IReadOnlyList<ChildProcess>? others = null)
    {
        if (Missing() is { } why) return Subject.Without(name, why);
        string[] redis = ["--port", $"{_redis}", "--bind", "127.0.0.1", "--dir", fleet.CreateDirectory(id), "--appendonly", "yes", "--save", ""];
        fleet.Launch(Programs.Find("redis-server")!, redis);
        var port = Loopback.FreePort();
        var silo = fleet.Launch("dotnet", [Programs.FindHost("Silo")!], SiloSettings(port, upstream));
        var headers = $"x-thotnet-gateway-secret: {Secret}\r\n";
        return await fleet.WaitAsync(new(name, Loopback.At(port), [silo, .. others ?? []], Fleet.Yarp, headers, Proof: proof), cancellation);
    }

    /// <summary>Starts the gateway of a silo that has been started.</summary>
    public async Task<Subject> StartGatewayAsync(string name, Subject silo, CancellationToken cancellation)
    {
        if (silo.Missing.Length > 0) return Subject.Without(name, "the silo is missing");
        var port = Loopback.FreePort();
        var gateway = fleet.Launch("dotnet", [Programs.FindHost("Gateway")!], GatewaySettings(port));
        var headers = $"Authorization: Bearer {_key}\r\n";
        return await fleet.WaitAsync(new(name, Loopback.At(port), [gateway, .. silo.Servers], Fleet.TwoYarps, headers, Proof: silo.Proof), cancellation);
    }

    private static string? Missing()
    {
        if (Programs.Find("redis-server") is null) return "redis-server is not installed";
        if (Programs.FindHost("Silo") is null) return "src/Silo is not built in this configuration";
        return Programs.FindHost("Gateway") is null ? "src/Gateway is not built in this configuration" : null;
    }

    private Dictionary<string, string> SiloSettings(int port, int upstream)
    {
        var settings = Common();
        settings["ThotNet__Cluster__AdvertisedHost"] = "127.0.0.1";
        settings["ThotNet__Cluster__HttpPort"] = $"{port}";
        settings["ThotNet__Cluster__SiloPort"] = $"{Loopback.FreePort()}";
        settings["ThotNet__Cluster__ClientPort"] = $"{Loopback.FreePort()}";
        settings["OPENROUTER_API_KEY"] = _key;
        settings["ThotNet__Providers__openrouter__BaseUrl"] = $"http://127.0.0.1:{upstream}/api/v1";
        foreach (var budget in (string[])["minute", "day_tokens"])
        {
            settings[$"ThotNet__Providers__openrouter__Budgets__{budget}__Amount"] = EndlessBudget;
        }

        settings["ThotNet__Providers__openrouter__Budgets__documented_day__Enabled"] = "false";
        foreach (var (name, value) in cache) settings[name] = value;
        foreach (var other in (string[])["groq", "gemini"]) settings[$"ThotNet__Providers__{other}__Enabled"] = "false";
        return settings;
    }

    private Dictionary<string, string> GatewaySettings(int port)
    {
        var settings = Common();
        settings["THOTNET_API_KEYS"] = _key;
        settings["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        return settings;
    }

    private Dictionary<string, string> Common() => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["Logging__LogLevel__Default"] = "Warning",
        ["ThotNet__Cluster__Redis"] = $"127.0.0.1:{_redis}",
        ["ThotNet__Cluster__ClusterId"] = id,
        ["ThotNet__Cluster__ServiceId"] = id,
        ["THOTNET_GATEWAY_SECRET"] = Secret,
    };
}
