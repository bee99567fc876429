using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace ThotNet.Hosting.Configuration;

/// <summary>The wire format that a provider speaks.</summary>
public enum ProviderKind
{
    /// <summary>OpenAI's chat completions, in one of the <see cref="ProviderDialect"/>s.</summary>
    OpenAi,

    /// <summary>Google's own format (<c>generateContent</c>); <see cref="ProviderOptions.Dialect"/> means nothing with it.</summary>
    Gemini,
}

/// <summary>The ways in which a provider's OpenAI format differs from OpenAI's own.</summary>
public enum ProviderDialect
{
    /// <summary>Any OpenAI-compatible server, Google's compatible endpoint included.</summary>
    Generic,

    /// <summary>OpenRouter.</summary>
    OpenRouter,

    /// <summary>Groq.</summary>
    Groq,
}

/// <summary>One provider: <c>ThotNet:Providers:&lt;name&gt;</c>. Names are 1 to 64 letters, digits, dots, dashes and underscores, in lower case.</summary>
public sealed class ProviderOptions
{
    /// <summary>The wire format.</summary>
    public ProviderKind Kind { get; set; } = ProviderKind.OpenAi;

    /// <summary>The dialect of the wire format, with <c>Kind: OpenAi</c> only.</summary>
    public ProviderDialect Dialect { get; set; } = ProviderDialect.Generic;

    /// <summary>Base of the provider's API, an absolute http or https URL without query.</summary>
    [Required]
    public Uri? BaseUrl { get; set; }

    /// <summary>Name of the environment variable that holds the provider's key. Without that variable the provider is off.</summary>
    [Required]
    public string ApiKeyVariable { get; set; } = "";

    /// <summary>The provider's key, or null without one: blank is none, and what surrounds it (a line end from a file) does not belong to it.</summary>
    public string? FindKey(IConfiguration configuration) => KeyVariable.Find(configuration, ApiKeyVariable);

    /// <summary>Whether the provider is used at all.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Weight of the provider among all; only the proportion counts.</summary>
    [Range(0.001, 1_000_000)]
    public double Share { get; set; } = 1;

    /// <summary>The models, by any names of your own; the alphabetically first serves <c>auto</c>.</summary>
    public SortedDictionary<string, ModelOptions> Models { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The limits of the account, by any names of your own. None means unlimited.</summary>
    public SortedDictionary<string, BudgetOptions> Budgets { get; set; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Which part of the budgets of an hour and longer may be spent while an authority that has lost its state has not heard from every silo what
    /// was spent before.
    /// </summary>
    [Range(0.0, 1.0)]
    public double SafeShare { get; set; } = 0.1;
}

/// <summary>One model of a provider: <c>ThotNet:Providers:&lt;name&gt;:Models:&lt;name&gt;</c>.</summary>
public sealed class ModelOptions
{
    /// <summary>The model's id at the provider.</summary>
    [Required]
    public string Id { get; set; } = "";

    /// <summary>
    /// Other names by which callers may ask for it, separated by commas. A name that several providers have is spread over all of them.
    /// </summary>
    public string Aliases { get; set; } = "";

    /// <summary>
    /// What it can do, separated by commas: <c>Tools</c>, <c>JsonObject</c>, <c>JsonSchema</c>, <c>Images</c>, <c>Audio</c>, <c>Files</c>,
    /// <c>LogProbs</c>, <c>ManyChoices</c>, <c>LogitBias</c>, <c>JsonWithTools</c>, <c>RemoteImages</c>, <c>CustomTools</c>,
    /// <c>RecursiveSchemas</c>, or <c>Embeddings</c> for a model that makes embeddings and does not chat
    /// (with <c>TokenInputs</c> if it also takes token ids).
    /// </summary>
    public string Capabilities { get; set; } = "Tools,JsonObject";

    /// <summary>Output tokens reserved, and sent to the provider, when the caller gives no limit.</summary>
    [Range(1, 1_000_000)]
    public int OutputCap { get; set; } = 1024;

    /// <summary>Price of a million prompt tokens in US dollars, for budgets that count <c>Cost</c>. What the provider caches is not cheaper here.</summary>
    [Range(0.0, 1000.0)]
    public double InputPrice { get; set; }

    /// <summary>Price of a million output tokens in US dollars, thinking included.</summary>
    [Range(0.0, 1000.0)]
    public double OutputPrice { get; set; }
}
