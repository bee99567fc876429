using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>The rules across settings, and those that depend on what the process is.</summary>
internal static class ThotNetRules
{
    /// <summary>Every broken rule, one line each.</summary>
    /// <param name="options">What was configured.</param>
    /// <param name="role">What the process is.</param>
    /// <param name="development">In Development a process may start without keys and secrets.</param>
    /// <param name="configuration">Where the keys of providers and callers are looked up.</param>
    public static IEnumerable<string> Check(ThotNetOptions options, HostRole role, bool development, IConfiguration configuration) =>
    [
        .. options.Providers.SelectMany(provider => ProviderRules.Check($"{ThotNetOptions.Section}:Providers:{provider.Key}", provider.Key, provider.Value)),
        .. AudienceRules.Check(options),
        .. CacheRules.Check(options),
        .. Secret(options.Access.GatewaySecret, development),
        .. CallerRules.Check(options, keyRequired: role.HasFlag(HostRole.Gateway) && !development, configuration),
        .. development ? [] : Redis(options.Cluster.Redis),
        .. development || !role.HasFlag(HostRole.Silo) ? [] : UsableProvider(options, configuration),
    ];

    private static IEnumerable<string> Secret(string secret, bool development)
    {
        const string Path = "ThotNet:Access:GatewaySecret (or THOTNET_GATEWAY_SECRET)";
        if (secret.Length == 0 && !development)
            yield return $"{Path}: missing; required outside Development, at least {SecretText.MinLength} characters, the same for gateways and silos";
        else if (secret.Length > 0 && !SecretText.IsToken(secret))
            yield return $"{Path}: the value is not allowed; allowed: at least {SecretText.MinLength} printable ASCII characters without spaces";
    }

    private static IEnumerable<string> Redis(string connection)
    {
        if (string.IsNullOrWhiteSpace(connection))
            yield return "ThotNet:Cluster:Redis: missing; allowed: a connection string such as redis:6379";
    }

    private static IEnumerable<string> UsableProvider(ThotNetOptions options, IConfiguration configuration)
    {
        var enabled = options.Providers.Where(provider => provider.Value.Enabled).ToList();
        if (enabled.Exists(provider => provider.Value.FindKey(configuration) is not null))
            yield break;
        var variables = string.Join(", ", enabled.Select(provider => provider.Value.ApiKeyVariable));
        yield return $"ThotNet:Providers: no provider can be used; at least one must be enabled with its key in the environment ({variables})";
    }
}
