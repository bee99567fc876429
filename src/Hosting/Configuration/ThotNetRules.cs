using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>The rules across settings, and those that depend on what the process is.</summary>
internal static class ThotNetRules
{
    private const int MinSecretLength = 16;

    /// <summary>Every broken rule, one line each.</summary>
    /// <param name="options">What was configured.</param>
    /// <param name="role">What the process is.</param>
    /// <param name="development">In Development a process may start without keys and secrets.</param>
    /// <param name="configuration">Where the providers' keys are looked up.</param>
    public static IEnumerable<string> Check(ThotNetOptions options, HostRole role, bool development, IConfiguration configuration) =>
    [
        .. options.Providers.SelectMany(provider => ProviderRules.Check($"{ThotNetOptions.Section}:Providers:{provider.Key}", provider.Key, provider.Value)),
        .. Secret(options.Access.GatewaySecret, development),
        .. Keys(options.Access.ApiKeys, required: role.HasFlag(HostRole.Gateway) && !development),
        .. development ? [] : Redis(options.Cluster.Redis),
        .. development || !role.HasFlag(HostRole.Silo) ? [] : UsableProvider(options, configuration),
    ];

    private static IEnumerable<string> Secret(string secret, bool development)
    {
        const string Path = "ThotNet:Access:GatewaySecret (or THOTNET_GATEWAY_SECRET)";
        if (secret.Length == 0 && !development)
            yield return $"{Path}: missing; required outside Development, at least {MinSecretLength} characters, the same for gateways and silos";
        else if (secret.Length > 0 && !IsToken(secret))
            yield return $"{Path}: the value is not allowed; allowed: at least {MinSecretLength} printable ASCII characters without spaces";
    }

    private static IEnumerable<string> Keys(string keys, bool required)
    {
        const string Path = "ThotNet:Access:ApiKeys (or THOTNET_API_KEYS)";
        var list = keys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (required && list.Length == 0)
            yield return $"{Path}: missing; a gateway outside Development needs at least one key";
        for (var index = 0; index < list.Length; index++)
        {
            if (!IsToken(list[index]))
                yield return $"{Path}: key number {index + 1} is not allowed; allowed: at least {MinSecretLength} printable ASCII characters without spaces and commas";
        }
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

    private static bool IsToken(string text) => text.Length >= MinSecretLength && text.All(character => character is > ' ' and <= '~');
}
