using System.Security.Cryptography;
using ThotNet.Grains.Abstractions.Quota;
using ThotNet.Load.Throughput;
using ThotNet.Silo;
using ThotNet.Silo.Quota;

namespace ThotNet.Load.Decisions;

/// <summary>
/// ThotNet's way: a whole silo in this process with its state in Redis, whose lease book decides. The cost of leases, from the questions to the
/// authority to the writes, is in what is measured, and so is the settlement of each request.
/// </summary>
public sealed class LeasedQuotas : IAsyncDisposable
{
    private const string EndlessBudget = "1000000000000";

    private static readonly string[] Providers = ["first", "second", "third", "fourth"];
    private static readonly QuotaAmounts Needed = QuotaAmounts.OfRequest(inputTokens: 300, outputTokens: 100);
    private static readonly QuotaAmounts Used = QuotaAmounts.OfRequest(inputTokens: 250, outputTokens: 16);

    private readonly WebApplication _silo;
    private readonly LeaseBook _book;
    private readonly string[] _keys = [.. Providers.Select(provider => $"provider/{provider}/default")];

    private LeasedQuotas(WebApplication silo)
    {
        _silo = silo;
        _book = silo.Services.GetRequiredService<LeaseBook>();
    }

    /// <summary>How many quotas there are.</summary>
    public static int Count => Providers.Length;

    /// <summary>Starts the silo.</summary>
    public static async Task<LeasedQuotas> StartAsync(int redis, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(Settings(redis));
        builder.AddThotNetSilo(SiloMembership.Redis);
        var silo = builder.Build();
        silo.MapThotNetSilo();
        await silo.StartAsync(cancellation);
        return new(silo);
    }

    /// <summary>Reserves what a request needs at most and settles what it used.</summary>
    public ValueTask<bool> DecideAsync(int quota)
    {
        if (!_book.TryReserve(_keys[quota], Needed, out var reservation)) return WaitAsync(_keys[quota]);
        reservation.Settle(Used);
        return ValueTask.FromResult(true);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _silo.StopAsync();
        await _silo.DisposeAsync();
    }

    private async ValueTask<bool> WaitAsync(string key)
    {
        var outcome = await _book.ReserveAsync(key, Needed, CancellationToken.None);
        if (!outcome.IsGranted || outcome.Reservation is not { } reservation) return false;
        reservation.Settle(Used);
        return true;
    }

    private static Dictionary<string, string?> Settings(int redis)
    {
        var settings = new Dictionary<string, string?>
        {
            ["ThotNet:Cluster:Redis"] = $"127.0.0.1:{redis}",
            ["ThotNet:Cluster:AdvertisedHost"] = "127.0.0.1",
            ["ThotNet:Cluster:HttpPort"] = $"{Loopback.FreePort()}",
            ["ThotNet:Cluster:SiloPort"] = $"{Loopback.FreePort()}",
            ["ThotNet:Cluster:ClientPort"] = $"{Loopback.FreePort()}",
            ["THOTNET_GATEWAY_SECRET"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
            ["BENCH_KEY"] = RandomNumberGenerator.GetHexString(32, lowercase: true),
        };
        foreach (var standard in (string[])["openrouter", "groq", "gemini"]) settings[$"ThotNet:Providers:{standard}:Enabled"] = "false";
        foreach (var provider in Providers)
        {
            var path = $"ThotNet:Providers:{provider}";
            settings[$"{path}:BaseUrl"] = "http://127.0.0.1:9/v1";
            settings[$"{path}:ApiKeyVariable"] = "BENCH_KEY";
            settings[$"{path}:Models:default:Id"] = "bench";
            settings[$"{path}:Budgets:minute:Amount"] = EndlessBudget;
            settings[$"{path}:Budgets:day_tokens:Metric"] = "Tokens";
            settings[$"{path}:Budgets:day_tokens:Kind"] = "Calendar";
            settings[$"{path}:Budgets:day_tokens:Window"] = "1.00:00:00";
            settings[$"{path}:Budgets:day_tokens:Amount"] = EndlessBudget;
        }

        return settings;
    }
}
