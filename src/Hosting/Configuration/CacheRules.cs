using System.Net;
using StackExchange.Redis;

namespace ThotNet.Hosting.Configuration;

/// <summary>The rules for the cache of answers.</summary>
internal static class CacheRules
{
    private const string Path = $"{ThotNetOptions.Section}:Cache";

    /// <summary>Every broken rule, one line each. The connection string is never in it, nor a part of it.</summary>
    public static IEnumerable<string> Check(ThotNetOptions options)
    {
        var known = KnownNames(options).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Redis(options.Cache.Redis, options.Cluster.Redis),
            .. options.Cache.Models.SelectMany(model => Model($"{Path}:Models:{model.Key}", model.Key, model.Value, known)),
            .. DoubleNames(options.Cache.Models),
        ];
    }

    private static IEnumerable<string> Redis(string cache, string cluster)
    {
        if (cache.Length == 0)
            yield break;
        if (Parse(cache) is not { } parsed)
            yield return $"{Path}:Redis: the value is not allowed; allowed: a connection string such as redis:6379,defaultDatabase=1";
        else if (Parse(cluster) is { } state && IsSameDatabase(parsed, state))
            yield return $"{Path}:Redis: the same database as ThotNet:Cluster:Redis; allowed: another server, or another defaultDatabase, because cached "
                + "answers would fill it up";
    }

    private static ConfigurationOptions? Parse(string connection)
    {
        try
        {
            var parsed = ConfigurationOptions.Parse(connection);
            parsed.SetDefaultPorts();
            return parsed.EndPoints.Count > 0 && parsed.EndPoints.All(IsUsable) ? parsed : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    // The parser takes anything for a host name, an address with a scheme too.
    private static bool IsUsable(EndPoint endpoint) => endpoint is not DnsEndPoint { Host: var host } || Uri.CheckHostName(host) != UriHostNameType.Unknown;

    private static bool IsSameDatabase(ConfigurationOptions one, ConfigurationOptions other) =>
        (one.DefaultDatabase ?? 0) == (other.DefaultDatabase ?? 0) && one.EndPoints.Intersect(other.EndPoints).Any();

    private static IEnumerable<string> Model(string path, string name, CacheModelOptions model, HashSet<string> known)
    {
        foreach (var error in NameRules.CheckName(path, name))
            yield return error;
        if (model is { Names.Length: > 0 } && model.ListNames().Length == 0)
            yield return $"{path}:Names: missing; allowed: at least one model";
        foreach (var unknown in model.ListNames().Where(asked => !known.Contains(asked)))
            yield return $"{path}:Names: '{unknown}' is not a known model; allowed: {string.Join(", ", known.Order(StringComparer.Ordinal))}";
    }

    private static IEnumerable<string> DoubleNames(SortedDictionary<string, CacheModelOptions> models) =>
        models.SelectMany(model => model.Value.ListNames().Distinct(StringComparer.Ordinal).Select(name => (Name: name, Entry: model.Key)))
            .GroupBy(pair => pair.Name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => $"{Path}:Models: '{group.Key}' is in {string.Join(" and ", group.Select(pair => pair.Entry))}; allowed: each name in one of them");

    // A provider that is off now may be on tomorrow, with the same settings.
    private static IEnumerable<string> KnownNames(ThotNetOptions options) => options.Providers
        .SelectMany(provider => provider.Value.Models.Values.SelectMany(model => ProviderRules.NamesOf(provider.Key, model)))
        .Append("auto");
}
