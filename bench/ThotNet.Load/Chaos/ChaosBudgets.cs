using System.Globalization;
using ThotNet.ProviderSimulator.Configuration;

namespace ThotNet.Load.Chaos;

/// <summary>
/// Budgets so tight that the load is far above them, written once for both sides: as settings of the silos and as quotas of the simulator.
/// </summary>
public sealed class ChaosBudgets
{
    private const long Wide = 1_000_000_000;

    private const int GeminiRequests = 15;

    // The quotas by provider and name. A silo's default budgets have the same names, with an underscore for the dash, or are switched off.
    private readonly Dictionary<string, Dictionary<string, SimulatedQuota>> _quotas;

    private ChaosBudgets(Dictionary<string, Dictionary<string, SimulatedQuota>> quotas) => _quotas = quotas;

    /// <summary>The quotas as the simulator's control API takes them.</summary>
    public IReadOnlyDictionary<string, Dictionary<string, SimulatedQuota>> Quotas => _quotas;

    /// <summary>The budgets of a run.</summary>
    public static ChaosBudgets Of(ChaosSettings settings) => new(settings.Budgets == BindingBudget.Tokens ? Tokens(settings.Window) : Requests(settings));

    /// <summary>The environment variables that give silos these budgets and no others.</summary>
    public Dictionary<string, string> ToEnvironment()
    {
        var settings = new Dictionary<string, string>();
        foreach (var (provider, quotas) in _quotas)
        {
            foreach (var standard in (string[])["minute", "day", "day_tokens"]) settings[$"{Path(provider, standard)}__Enabled"] = "false";
            foreach (var (name, quota) in quotas) Write(settings, Path(provider, name.Replace('-', '_')), quota);
        }

        // Only some providers have each of the standard budgets; one that is switched off still needs an amount.
        foreach (var path in settings.Keys.Where(name => name.EndsWith("__Enabled", StringComparison.Ordinal)).Select(name => name[..^"__Enabled".Length]).ToList())
        {
            settings.TryAdd($"{path}__Amount", $"{Wide}");
        }

        return settings;
    }

    private static void Write(Dictionary<string, string> settings, string path, SimulatedQuota quota)
    {
        settings[$"{path}__Enabled"] = "true";
        settings[$"{path}__Metric"] = $"{quota.Metric}";
        settings[$"{path}__Kind"] = $"{quota.Kind}";
        settings[$"{path}__Amount"] = $"{quota.Amount}";
        settings[$"{path}__Window"] = quota.Window.ToString("c", CultureInfo.InvariantCulture);
        settings[$"{path}__TimeZone"] = quota.TimeZone;
    }

    private static string Path(string provider, string budget) => $"ThotNet__Providers__{provider}__Budgets__{budget}";

    private static Dictionary<string, Dictionary<string, SimulatedQuota>> Requests(ChaosSettings settings) => new()
    {
        ["openrouter"] = new() { ["minute"] = new() { Amount = 20, Window = settings.Window } },
        ["groq"] = new() { ["minute"] = new() { Amount = 30, Window = settings.Window, Kind = QuotaKind.LeakyBucket } },
        ["gemini"] = new()
        {
            ["minute"] = new() { Amount = GeminiRequests, Window = settings.Window },
            ["day-tokens"] = new() { Metric = QuotaMetric.Tokens, Amount = TokensOfADay(settings), Window = TimeSpan.FromDays(1), Kind = QuotaKind.Calendar },
        },
    };

    // What the requests by its side use in the run. The first window is full at once, so this is spent before the end, and binds from there on.
    private static long TokensOfADay(ChaosSettings settings) =>
        (long)(settings.ClusterDuration / settings.Window * GeminiRequests * ChaosLoad.MeanTokens);

    private static Dictionary<string, Dictionary<string, SimulatedQuota>> Tokens(TimeSpan window) => new()
    {
        ["openrouter"] = new() { ["minute-tokens"] = new() { Metric = QuotaMetric.Tokens, Amount = 8_000, Window = window } },
        ["groq"] = new() { ["minute-tokens"] = new() { Metric = QuotaMetric.Tokens, Amount = 8_000, Window = window, Kind = QuotaKind.LeakyBucket } },
        ["gemini"] = new()
        {
            ["minute-tokens"] = new() { Metric = QuotaMetric.Tokens, Amount = 6_000, Window = window },
            ["minute"] = new() { Amount = 600, Window = window },
        },
    };
}
