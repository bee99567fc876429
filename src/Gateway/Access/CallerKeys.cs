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

    public static CallerKeys From(ThotNetOptions options, IConfiguration configuration, bool development)
    {
        CallerKey[] keys =
        [
            .. options.Access.ListKeys().Select(key => new CallerKey(key)),
            .. from caller in options.Callers
               let key = caller.Value.FindKey(configuration)
               where key is not null
               select new CallerKey(key, caller.Key),
        ];
        var made = development && keys.Length == 0 ? $"tn-dev-{RandomNumberGenerator.GetHexString(32, lowercase: true)}" : null;
        return new CallerKeys(new ApiKeyRing(made is null ? keys : [new(made)], options.Access.GatewaySecret), made);
    }

    public void Announce(ILogger log)
    {
        if (DevelopmentKey is not null)
            LogDevelopmentKey(log, DevelopmentKey);
    }

    [LoggerMessage(1, LogLevel.Warning, "No API keys are configured. For this run of a development environment use: {Key}")]
    private static partial void LogDevelopmentKey(ILogger logger, string key);
}
