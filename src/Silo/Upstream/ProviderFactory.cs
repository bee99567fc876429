using System.Collections.Frozen;
using System.Collections.Immutable;
using ThotNet.Hosting.Configuration;
using ThotNet.Providers;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.OpenAi;
using ThotNet.Routing;
using ThotNet.Silo.Quota;

namespace ThotNet.Silo.Upstream;

/// <summary>The providers that are on: enabled and with a key.</summary>
public sealed class ProviderSet : IDisposable
{
    private readonly FrozenDictionary<string, UpstreamProvider> _providers;

    internal ProviderSet(IEnumerable<UpstreamProvider> providers) =>
        _providers = providers.ToFrozenDictionary(provider => provider.Name, StringComparer.Ordinal);

    /// <summary>The provider of that name.</summary>
    /// <exception cref="KeyNotFoundException">No such provider is on.</exception>
    public UpstreamProvider this[string name] => _providers[name];

    /// <summary>Closes all connections.</summary>
    public void Dispose()
    {
        foreach (var provider in _providers.Values)
        {
            provider.Dispose();
        }
    }
}

/// <summary>Makes providers, targets and quotas from the configuration.</summary>
public static class ProviderFactory
{
    /// <summary>The providers that are on, in the order of their names.</summary>
    public static ProviderSet CreateProviders(ThotNetOptions options, IConfiguration configuration) =>
        new(ProvidersThatAreOn(options, configuration).Select(pair => Create(pair.Key, pair.Value, configuration)));

    /// <summary>Their targets and quotas.</summary>
    public static Catalog CreateCatalog(ThotNetOptions options, IConfiguration configuration)
    {
        var on = ProvidersThatAreOn(options, configuration).ToList();
        return new Catalog(
            [.. on.SelectMany(pair => pair.Value.Models.Values.Select(model => CreateTarget(pair.Key, pair.Value, model)))],
            [.. on.Select(pair => QuotaFactory.OfProvider(pair.Key, pair.Value))],
            QuotaFactory.OfCallers(options));
    }

    /// <summary>The names of configured providers that are off, each with the reason.</summary>
    public static IEnumerable<(string Provider, string Reason)> ProvidersThatAreOff(ThotNetOptions options, IConfiguration configuration) =>
        from pair in options.Providers
        where !pair.Value.Enabled || pair.Value.FindKey(configuration) is null
        select (pair.Key, pair.Value.Enabled ? $"{pair.Value.ApiKeyVariable} is not set" : "it is switched off");

    private static IEnumerable<KeyValuePair<string, ProviderOptions>> ProvidersThatAreOn(ThotNetOptions options, IConfiguration configuration) =>
        options.Providers.Where(pair => pair.Value.Enabled && pair.Value.FindKey(configuration) is not null);

    private static UpstreamProvider Create(string name, ProviderOptions options, IConfiguration configuration)
    {
        var endpoint = new ProviderEndpoint(name, options.BaseUrl!, options.FindKey(configuration)!);
        return new UpstreamProvider(endpoint, options.Kind switch
        {
            ProviderKind.OpenAi => new OpenAiAdapter(endpoint, DialectOf(options.Dialect)),
            ProviderKind.Gemini => new GeminiAdapter(endpoint),
            _ => throw new InvalidOperationException($"No adapter speaks {options.Kind}."),
        });
    }

    private static OpenAiDialect DialectOf(ProviderDialect dialect) => dialect switch
    {
        ProviderDialect.Generic => OpenAiDialect.Generic,
        ProviderDialect.OpenRouter => OpenAiDialect.OpenRouter,
        ProviderDialect.Groq => OpenAiDialect.Groq,
        _ => throw new InvalidOperationException($"No dialect is called {dialect}."),
    };

    private static TargetDefinition CreateTarget(string provider, ProviderOptions options, ModelOptions model) => new(
        provider, model.Id, Words(model.Aliases), options.Share, QuotaFactory.KeyOf(provider), CapabilitiesOf(model), model.OutputCap)
    {
        InputPrice = (decimal)model.InputPrice,
        OutputPrice = (decimal)model.OutputPrice,
    };

    private static Capabilities CapabilitiesOf(ModelOptions model) =>
        Words(model.Capabilities).Aggregate(Capabilities.None, (all, word) => all | Enum.Parse<Capabilities>(word, ignoreCase: true));

    private static ImmutableArray<string> Words(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
