using System.Globalization;
using ThotNet.Hosting.Configuration;
using ThotNet.Silo.Caching;

namespace ThotNet.Silo.Upstream;

/// <summary>Says once at the start what the configuration comes to where that is not plain from reading it: no mistakes, but worth knowing.</summary>
internal static partial class StartNotices
{
    private const double WholeShares = 100;
    private const double RoundingAllowed = 0.5;

    /// <summary>Logs all notices.</summary>
    public static void LogStartNotices(this ILogger log, ThotNetOptions options, IConfiguration configuration)
    {
        var off = ProviderFactory.ProvidersThatAreOff(options, configuration).ToDictionary(provider => provider.Provider, provider => provider.Reason);
        var on = options.Providers.Where(provider => !off.ContainsKey(provider.Key)).ToList();
        if (off.Count > 0)
        {
            LogOff(log, string.Join(", ", off.Select(provider => $"{provider.Key} ({provider.Value})")));
        }

        var sum = on.Sum(provider => provider.Value.Share);
        if (on.Count > 0 && Math.Abs(sum - WholeShares) > RoundingAllowed)
        {
            LogShares(log, Number(sum), string.Join(", ", on.OrderByDescending(provider => provider.Value.Share)
                .Select(provider => $"{provider.Key} {Number(100 * provider.Value.Share / sum)} %")));
        }

        if (options.Cache.Redis.Length == 0 && new CachePolicies(options).AreAnyEnabled)
        {
            LogCacheInMemory(log);
        }

        LogAudiences(log, options, [.. on.Select(provider => provider.Key)]);
    }

    private static void LogAudiences(ILogger log, ThotNetOptions options, string[] on)
    {
        foreach (var (name, providers) in options.Routing.Audiences)
        {
            if (!RoutingOptions.ListProviders(providers).Intersect(on).Any())
            {
                LogUnserved(log, name, providers);
            }
        }

        var outside = on.Except(options.Routing.Audiences.Values.SelectMany(RoutingOptions.ListProviders)).ToList();
        if (outside.Count > 0)
        {
            LogOutside(log, string.Join(", ", outside));
        }
    }

    private static string Number(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);

    [LoggerMessage(2401, LogLevel.Information, "Providers that are off: {Providers}")]
    private static partial void LogOff(ILogger log, string providers);

    [LoggerMessage(2402, LogLevel.Information, "The shares of the providers in use add up to {Sum}, not 100; in effect they are: {Shares}")]
    private static partial void LogShares(ILogger log, string sum, string shares);

    [LoggerMessage(2403, LogLevel.Warning, "No provider of the audience {Audience} is in use ({Providers}); its requests are refused")]
    private static partial void LogUnserved(ILogger log, string audience, string providers);

    [LoggerMessage(2404, LogLevel.Warning, "Providers that no audience has, so that they serve no browser: {Providers}")]
    private static partial void LogOutside(ILogger log, string providers);

    [LoggerMessage(2405, LogLevel.Information, "ThotNet:Cache:Redis is not set: each silo gives only those answers again that it has in its own memory")]
    private static partial void LogCacheInMemory(ILogger log);
}
