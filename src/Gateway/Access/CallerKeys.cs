using System.Security.Cryptography;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Gateway.Access;

/// <summary>The keys that callers may use. In Development without any configured, one is made for this run.</summary>
internal sealed partial class CallerKeys
{
    private CallerKeys(ApiKeyRing ring, string? developmentKey) => (Ring, DevelopmentKey) = (ring, developmentKey);

    /// <summary>Looks keys up.</summary>
    public ApiKeyRing Ring { get; }

    /// <summary>The key that was made for this run, or null when keys are configured.</summary>
    public string? DevelopmentKey { get; }

    public static CallerKeys From(AccessOptions access, bool development)
    {
        var keys = access.ApiKeys.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var made = development && keys.Length == 0 ? $"tn-dev-{RandomNumberGenerator.GetHexString(32, lowercase: true)}" : null;
        return new CallerKeys(new ApiKeyRing(made is null ? keys : [made], access.GatewaySecret), made);
    }

    public void Announce(ILogger log)
    {
        if (DevelopmentKey is not null)
            LogDevelopmentKey(log, DevelopmentKey);
    }

    [LoggerMessage(1, LogLevel.Warning, "No API keys are configured. For this run of a development environment use: {Key}")]
    private static partial void LogDevelopmentKey(ILogger logger, string key);
}
