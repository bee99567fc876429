using ThotNet.Grains.Abstractions.Quota;

namespace ThotNet.Hosting.Configuration;

/// <summary>The rules across the settings of one provider.</summary>
internal static class ProviderRules
{
    private static readonly string[] KnownCapabilities =
    [
        "Tools", "JsonObject", "JsonSchema", "Images", "Audio", "Files", "LogProbs", "ManyChoices", "LogitBias", "JsonWithTools", "RemoteImages",
        "CustomTools", "RecursiveSchemas", "Embeddings", "TokenInputs",
    ];

    private static readonly string[] EmbeddingCapabilities = ["Embeddings", "TokenInputs"];

    /// <summary>Every broken rule of a provider, one line each.</summary>
    public static IEnumerable<string> Check(string path, string name, ProviderOptions provider) =>
    [
        .. NameRules.CheckName(path, name),
        .. BaseUrl($"{path}:BaseUrl", provider.BaseUrl),
        .. NameRules.CheckVariable($"{path}:ApiKeyVariable", provider.ApiKeyVariable),
        .. provider.Enabled && provider.Models.Count == 0 ? [$"{path}:Models: missing; an enabled provider needs at least one model"] : Array.Empty<string>(),
        .. provider.Models.SelectMany(model => Model($"{path}:Models:{model.Key}", model.Key, model.Value, provider.Kind)),
        .. DoubleNames($"{path}:Models", provider.Models.Values),
        .. BudgetRules.Check($"{path}:Budgets", provider.Budgets),
        .. provider.Budgets.Where(budget => CountsNothing(budget.Value, provider)).Select(budget =>
            $"{path}:Budgets:{budget.Key}:Metric: 'Cost' is not allowed; allowed where a model has an InputPrice or OutputPrice, because all others cost nothing"),
    ];

    /// <summary>Every name by which callers may ask for a model of a provider, besides <c>auto</c>.</summary>
    public static IEnumerable<string> NamesOf(string provider, ModelOptions model) => [model.Id, $"{provider}/{model.Id}", .. Words(model.Aliases)];

    private static IEnumerable<string> BaseUrl(string path, Uri? url)
    {
        if (url is not null && (url.Scheme is not ("http" or "https") || url.Query.Length > 0 || url.Fragment.Length > 0 || url.UserInfo.Length > 0))
            yield return $"{path}: not usable; allowed: an absolute http or https URL without user, query and fragment";
    }

    private static IEnumerable<string> Model(string path, string name, ModelOptions model, ProviderKind kind)
    {
        foreach (var error in NameRules.CheckName(path, name))
            yield return error;
        if (model.Id.Any(char.IsWhiteSpace))
            yield return $"{path}:Id: '{model.Id}' is not allowed; allowed: text without spaces";
        foreach (var alias in Words(model.Aliases).Where(alias => alias.Any(char.IsWhiteSpace) || alias.Equals("auto", StringComparison.OrdinalIgnoreCase)))
            yield return $"{path}:Aliases: '{alias}' is not allowed; allowed: names without spaces, separated by commas, but not auto";
        foreach (var word in Words(model.Capabilities).Where(word => !KnownCapabilities.Contains(word, StringComparer.OrdinalIgnoreCase)))
            yield return $"{path}:Capabilities: '{word}' is not known; allowed: {string.Join(", ", KnownCapabilities)}";
        if (Words(model.Capabilities) is { Length: > 1 } many && many.Contains("Embeddings", StringComparer.OrdinalIgnoreCase)
            && !many.All(word => EmbeddingCapabilities.Contains(word, StringComparer.OrdinalIgnoreCase)))
            yield return $"{path}:Capabilities: '{model.Capabilities}' is not allowed; allowed: Embeddings, with or without TokenInputs "
                + "(such a model does not chat), or others without it";
        if (kind == ProviderKind.Gemini && Words(model.Capabilities).Contains("TokenInputs", StringComparer.OrdinalIgnoreCase))
            yield return $"{path}:Capabilities: 'TokenInputs' is not allowed; allowed for Kind Gemini: Embeddings alone, because Google takes texts only";
    }

    // The same alias at two providers is how one name is spread over both; inside one provider it would be ambiguous.
    private static IEnumerable<string> DoubleNames(string path, IEnumerable<ModelOptions> models) =>
        models.SelectMany(model => Words(model.Aliases).Append(model.Id).Distinct(StringComparer.Ordinal))
            .Where(name => name.Length > 0)
            .GroupBy(name => name, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => $"{path}: '{group.Key}' names two models; allowed: each id and alias once within a provider");

    private static bool CountsNothing(BudgetOptions budget, ProviderOptions provider) =>
        budget is { Enabled: true, Metric: BudgetMetric.Cost } && provider.Models.Values.All(model => model is { InputPrice: 0, OutputPrice: 0 });

    private static string[] Words(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
