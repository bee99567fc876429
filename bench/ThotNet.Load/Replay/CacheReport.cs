using ThotNet.Load.Reporting;
using ThotNet.ProviderSimulator.Configuration;
using ThotNet.ProviderSimulator.Control;

namespace ThotNet.Load.Replay;

/// <summary>Turns what a replay found about the cache into tables.</summary>
internal static class CacheReport
{
    private static readonly string[] Words = ["hit", "coalesced", "miss", "bypass"];

    /// <summary>Adds the tables; without a simulator nobody knows what providers saw.</summary>
    public static void AddTo(Report report, PromptSet prompts, ReplayResult result, StateReport? simulator)
    {
        AddResults(report, prompts, result);
        AddQuotas(report, result.Tally.Cache, simulator);
    }

    private static void AddResults(Report report, PromptSet prompts, ReplayResult result)
    {
        var title = $"The cache, with {prompts.Count} prompts by a Zipf law of {prompts.Exponent:0.##} and seed {prompts.Seed}";
        var table = report.Add(title, "x-thotnet-cache", "requests", "% of sent", "served");
        var results = result.Tally.Cache.Results;
        foreach (var word in Words.Union(results.Keys))
        {
            var count = results.GetValueOrDefault(word);
            table.AddRow(word.Length > 0 ? word : "(not named)", count.Requests, ReplayReport.Percent(count.Requests, result.Sent), count.Served);
        }

        var saved = result.Tally.Cache.Saved.Values.Sum(quota => quota.Requests);
        var served = result.Tally.CountOf(CallResult.Served);
        table.Notes.Add($"{saved} of {served} served requests cost no quota: {ReplayReport.Percent(saved, served):0.##} %.");
    }

    private static void AddQuotas(Report report, CacheTally cache, StateReport? simulator)
    {
        var table = report.Add(
            "Quota by provider", "provider", "requests used", "tokens used", "requests seen", "tokens seen", "requests saved", "tokens saved");
        foreach (var provider in cache.Used.Keys.Union(cache.Saved.Keys).Union(simulator?.Requests.Select(count => count.Provider) ?? []).Order())
        {
            var (used, saved) = (cache.Used.GetValueOrDefault(provider), cache.Saved.GetValueOrDefault(provider));
            table.AddRow(
                provider.Length > 0 ? provider : "(not named)",
                used.Requests,
                used.Tokens,
                simulator?.Requests.Where(count => count.Provider == provider).Sum(count => count.Count),
                TokensSeen(simulator, provider),
                saved.Requests,
                saved.Tokens);
        }

        table.Notes.Add("Used and saved: by the usage in the answers served. Seen: by the simulator's own counts; of tokens where a window of a day has them all.");
    }

    private static long? TokensSeen(StateReport? simulator, string provider)
    {
        var windows = simulator?.Quotas
            .Where(quota => quota.Provider == provider && quota.Metric == QuotaMetric.Tokens && quota.Kind != QuotaKind.LeakyBucket)
            .Where(quota => quota.Window >= TimeSpan.FromDays(1))
            .ToList();
        return windows is { Count: > 0 } ? windows.Sum(quota => quota.Arrived) : null;
    }
}
