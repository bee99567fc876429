using System.Globalization;
using System.Security.Cryptography;
using ThotNet.Hosting.Configuration;

namespace ThotNet.Standalone;

/// <summary>The configuration that all parts of the process share, with the values that only this mode can know.</summary>
internal sealed class StandaloneSettings
{
    private const string ApiKeys = "ThotNet:Access:ApiKeys";
    private const string GatewaySecret = "ThotNet:Access:GatewaySecret";

    // Over every other source; filled while starting, by one thread.
    private readonly Dictionary<string, string?> _values = new(StringComparer.OrdinalIgnoreCase);
    private readonly string[] _args;

    /// <summary>Reads files, environment and command line, and checks all of it for both roles at once, before anything starts.</summary>
    /// <exception cref="ThotNetConfigurationException">The configuration has errors; all are listed.</exception>
    public StandaloneSettings(string[] args)
    {
        _args = args;
        var configuration = CreateBuilder().Configuration;
        SetIfMissing(configuration, GatewaySecret, RandomNumberGenerator.GetHexString(32), "THOTNET_GATEWAY_SECRET");
        SetIfMissing(configuration, "ThotNet:Cluster:SiloPort", FreePort.Find());
        SetIfMissing(configuration, "ThotNet:Cluster:ClientPort", FreePort.Find());
        SetIfMissing(configuration, "ThotNet:Cluster:HttpPort", FreePort.Find());
        Set("ThotNet:Cluster:AdvertisedHost", "127.0.0.1");
        // Stands for the store until it runs: it starts only after all settings were found right.
        Set("ThotNet:Cluster:Redis", "store-that-starts-later");

        var builder = CreateBuilder();
        Options = builder.AddThotNetOptions(HostRole.Gateway | HostRole.Silo);
        Data = Path.GetFullPath(builder.Configuration["ThotNet:Standalone:Data"] ?? "data");
        var development = builder.Environment.IsDevelopment();
        NeedsDevelopmentKey = development && Options.Access.ApiKeys.Length == 0
            && Options.Callers.Values.All(caller => caller.FindKey(builder.Configuration) is null);
        if (NeedsDevelopmentKey)
        {
            // As in any Development without a key: the one that is made is nobody else's.
            SetIfMissing(builder.Configuration, "ThotNet:Access:MayExplain", true);
        }

        NeedsSimulator = development && Options.Providers.Values.All(provider => provider.FindKey(builder.Configuration) is null);
    }

    /// <summary>What was configured.</summary>
    public ThotNetOptions Options { get; }

    /// <summary>Folder that holds what must survive a restart; <c>ThotNet:Standalone:Data</c>, <c>./data</c> by default.</summary>
    public string Data { get; }

    /// <summary>No key for callers was configured, and one may be made.</summary>
    public bool NeedsDevelopmentKey { get; }

    /// <summary>No provider has a key, and the simulator may stand in.</summary>
    public bool NeedsSimulator { get; }

    /// <summary>No store for cached answers was configured.</summary>
    public bool NeedsCacheStore => Options.Cache.Redis.Length == 0;

    /// <summary>Sets the key for callers.</summary>
    public void UseApiKey(string key) => Set(ApiKeys, key);

    /// <summary>Sets where the store is.</summary>
    public void UseStore(string connection) => Set("ThotNet:Cluster:Redis", connection);

    /// <summary>Sets where the store of cached answers is.</summary>
    public void UseCacheStore(string connection) => Set("ThotNet:Cache:Redis", connection);

    /// <summary>
    /// Points every provider at the simulator's version of its format. The simulator has the project's own limits, so the budgets that
    /// stand for what the real providers document are off.
    /// </summary>
    public void UseSimulator(Uri simulator)
    {
        foreach (var (name, provider) in Options.Providers)
        {
            var path = (provider.Kind, provider.Dialect) switch
            {
                (ProviderKind.Gemini, _) => "gemini/v1beta",
                (_, ProviderDialect.OpenRouter) => "openrouter/api/v1",
                (_, ProviderDialect.Groq) => "groq/openai/v1",
                _ => "gemini/v1beta/openai",
            };
            Set($"ThotNet:Providers:{name}:BaseUrl", new Uri(simulator, path));
            Set(provider.ApiKeyVariable, "sim-standalone");
            foreach (var budget in provider.Budgets.Keys.Where(budget => budget.StartsWith("documented_", StringComparison.Ordinal)))
            {
                Set($"ThotNet:Providers:{name}:Budgets:{budget}:Enabled", false);
            }
        }
    }

    /// <summary>A builder with this configuration. Without a word from the environment this mode means a developer's machine.</summary>
    public WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = _args,
            ContentRootPath = AppContext.BaseDirectory,
            EnvironmentName = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
                ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environments.Development,
        });
        builder.Configuration.AddInMemoryCollection(_values);
        return builder;
    }

    private void SetIfMissing(ConfigurationManager configuration, string key, object value, string? otherKey = null)
    {
        if (string.IsNullOrEmpty(configuration[key]) && (otherKey is null || string.IsNullOrEmpty(configuration[otherKey])))
        {
            Set(key, value);
        }
    }

    private void Set(string key, object value) => _values[key] = Convert.ToString(value, CultureInfo.InvariantCulture);
}
