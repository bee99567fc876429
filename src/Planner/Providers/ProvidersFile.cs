using ThotNet.Hosting.Configuration;
using ThotNet.Routing;
using ThotNet.Silo.Upstream;

namespace ThotNet.Planner.Providers;

/// <summary>
/// Reads providers with their shares and budgets from a file in the form of <c>thotnet.json</c>, by the same rules as the gateway. The file stands for
/// itself: nothing is added from the built-in defaults. Keys are not needed.
/// </summary>
public static class ProvidersFile
{
    private const string SeedResource = "ThotNet.Planner.seed.json";

    /// <summary>The targets and budgets that are planned with when no file is given.</summary>
    public static Catalog Seed()
    {
        using var stream = typeof(ProvidersFile).Assembly.GetManifestResourceStream(SeedResource)
            ?? throw new InvalidOperationException($"The resource {SeedResource} is missing from the assembly.");
        var errors = new List<string>();
        return Read(new ConfigurationBuilder().AddJsonStream(stream).Build(), errors)
            ?? throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="errors">Where every mistake in it is added, one line each.</param>
    /// <returns>For each enabled provider the target that serves <c>auto</c>, with the provider's budgets; null when something is wrong.</returns>
    public static Catalog? Read(string path, ICollection<string> errors)
    {
        var file = new SettingsFile(Path.GetFullPath(path), isRequired: true);
        var configuration = new ConfigurationBuilder().Add(file).Build();
        if (file.Error is null) return Read(configuration, errors);
        errors.Add(file.Error);
        return null;
    }

    private static Catalog? Read(IConfiguration configuration, ICollection<string> errors)
    {
        var wrong = new List<string>();
        var options = new ThotNetOptions();
        new OptionsReader(wrong).Read(configuration.GetSection(ThotNetOptions.Section), options, allowUnknown: true);
        wrong.AddRange(options.Providers.SelectMany(pair =>
            ProviderRules.Check($"{ThotNetOptions.Section}:{nameof(options.Providers)}:{pair.Key}", pair.Key, pair.Value)));
        var catalog = wrong.Count > 0 ? null : ForAuto(ProviderFactory.CreateCatalog(options, KeysOf(options)));
        if (catalog is { Targets.IsEmpty: true }) wrong.Add("ThotNet:Providers: no enabled provider has a model that chats");
        foreach (var error in wrong) errors.Add(error);
        return wrong.Count > 0 ? null : catalog;
    }

    private static IConfiguration KeysOf(ThotNetOptions options) => new ConfigurationBuilder()
        .AddInMemoryCollection(options.Providers.Values.Select(provider => KeyValuePair.Create(provider.ApiKeyVariable, (string?)"planned")))
        .Build();

    // Simulated requests ask for no model: they go where the gateway sends those that ask for auto.
    private static Catalog ForAuto(Catalog all)
    {
        var targets = all.FindTargets(Catalog.Auto);
        return new(targets, [.. all.Quotas.All.Where(quota => targets.Any(target => target.QuotaKey == quota.Key))]);
    }
}
