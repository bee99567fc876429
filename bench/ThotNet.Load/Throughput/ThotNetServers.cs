using System.Security.Cryptography;

namespace ThotNet.Load.Throughput;

/// <summary>
/// ThotNet's silo and gateway as in a cluster: a Redis for state, one provider that is the bench's upstream, limits on and too large to be reached.
/// </summary>
internal sealed class ThotNetServers(Fleet fleet, DirectoryInfo directory)
{
    private const string Silo = "silo alone";
    private const string Gateway = "gateway + silo";
    private const string EndlessBudget = "1000000000000";

    // Long enough to be accepted as secrets; they live as long as the run.
    private readonly string _secret = RandomNumberGenerator.GetHexString(32, lowercase: true);
    private readonly string _key = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Starts Redis, silo and gateway.</summary>
    public async Task<IReadOnlyList<Subject>> StartAsync(int upstream, CancellationToken cancellation)
    {
        if (Missing() is { } why) return [Subject.Without(Silo, why), Subject.Without(Gateway, why)];
        var redis = Loopback.FreePort();
        fleet.Launch(Programs.Find("redis-server")!, ["--port", $"{redis}", "--bind", "127.0.0.1", "--dir", directory.FullName, "--appendonly", "yes", "--save", ""]);
        var port = Loopback.FreePort();
        var silo = fleet.Launch("dotnet", [Programs.FindHost("Silo")!], SiloSettings(redis, port, upstream));
        var siloAlone = await fleet.StartAsync(Silo, port, silo, [silo], "bare YARP", $"x-thotnet-gateway-secret: {_secret}\r\n", cancellation);
        if (siloAlone.Missing.Length > 0) return [siloAlone, Subject.Without(Gateway, "the silo did not start")];

        var gatewayPort = Loopback.FreePort();
        var gateway = fleet.Launch("dotnet", [Programs.FindHost("Gateway")!], GatewaySettings(redis, gatewayPort));
        var both = await fleet.StartAsync(
            Gateway, gatewayPort, gateway, [gateway, silo], "bare YARP -> YARP", $"Authorization: Bearer {_key}\r\n", cancellation);
        return [siloAlone, both];
    }

    private static string? Missing()
    {
        if (Programs.Find("redis-server") is null) return "redis-server is not installed";
        if (Programs.FindHost("Silo") is null) return "src/Silo is not built in this configuration";
        return Programs.FindHost("Gateway") is null ? "src/Gateway is not built in this configuration" : null;
    }

    private Dictionary<string, string> SiloSettings(int redis, int port, int upstream)
    {
        var settings = Common(redis);
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
        foreach (var other in (string[])["groq", "gemini"]) settings[$"ThotNet__Providers__{other}__Enabled"] = "false";
        return settings;
    }

    private Dictionary<string, string> GatewaySettings(int redis, int port)
    {
        var settings = Common(redis);
        settings["THOTNET_API_KEYS"] = _key;
        settings["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        return settings;
    }

    private Dictionary<string, string> Common(int redis) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["DOTNET_ENVIRONMENT"] = "Production",
        ["Logging__LogLevel__Default"] = "Warning",
        ["ThotNet__Cluster__Redis"] = $"127.0.0.1:{redis}",
        ["ThotNet__Cluster__ClusterId"] = "bench",
        ["THOTNET_GATEWAY_SECRET"] = _secret,
    };
}
