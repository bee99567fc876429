namespace ThotNet.Hosting.Configuration;

/// <summary>The rules for audiences.</summary>
internal static class AudienceRules
{
    // The browser's own model: no server of ours or others sends it requests.
    private const string Browser = "webllm";

    /// <summary>Every broken rule, one line each.</summary>
    public static IEnumerable<string> Check(ThotNetOptions options) => options.Routing.Audiences.SelectMany(audience =>
        Check($"{ThotNetOptions.Section}:Routing:Audiences:{audience.Key}", audience.Key, RoutingOptions.ListProviders(audience.Value), [.. options.Providers.Keys]));

    private static IEnumerable<string> Check(string path, string name, string[] providers, string[] configured)
    {
        foreach (var error in NameRules.CheckName(path, name))
            yield return error;
        foreach (var unknown in providers.Where(provider => provider != Browser && !configured.Contains(provider)))
            yield return $"{path}: '{unknown}' is not a known provider; allowed: {string.Join(", ", configured)}, {Browser}";
        if (Array.TrueForAll(providers, provider => provider == Browser && !configured.Contains(provider)))
            yield return $"{path}: no provider that is configured is in it; allowed: at least one of {string.Join(", ", configured)}";
    }
}
