using System.Collections.Immutable;

namespace ThotNet.Routing;

/// <summary>What a target can do beyond plain text in, plain text out. A request is offered only to targets that can do what it needs.</summary>
[Flags]
public enum Capabilities
{
    /// <summary>Plain chat only.</summary>
    None = 0,

    /// <summary>Function tools.</summary>
    Tools = 1,

    /// <summary><c>response_format: json_object</c>.</summary>
    JsonObject = 2,

    /// <summary><c>response_format: json_schema</c>.</summary>
    JsonSchema = 4,

    /// <summary>Image parts.</summary>
    Images = 8,

    /// <summary>Audio parts.</summary>
    Audio = 16,

    /// <summary>File parts.</summary>
    Files = 32,

    /// <summary><c>logprobs</c> and <c>top_logprobs</c>.</summary>
    LogProbs = 64,

    /// <summary><c>n</c> greater than 1.</summary>
    ManyChoices = 128,

    /// <summary><c>logit_bias</c>.</summary>
    LogitBias = 256,

    /// <summary>JSON mode and tools in one request.</summary>
    JsonWithTools = 512,

    /// <summary>Image parts whose URL the provider fetches itself.</summary>
    RemoteImages = 1024,

    /// <summary>Tools of type <c>custom</c>.</summary>
    CustomTools = 2048,

    /// <summary>Schemas that refer to themselves.</summary>
    RecursiveSchemas = 4096,

    /// <summary>The model turns texts into vectors and does not chat.</summary>
    Embeddings = 8192,

    /// <summary>Texts for <see cref="Embeddings"/> may be given as token ids.</summary>
    TokenInputs = 16_384,
}

/// <summary>A provider and one of its models: the place where a request can be served.</summary>
/// <param name="Provider">Name of the provider, for example <c>groq</c>.</param>
/// <param name="Model">The model's id at the provider.</param>
/// <param name="Aliases">Other names by which callers may ask for it.</param>
/// <param name="Share">The operator's weight of the provider; more than 0.</param>
/// <param name="QuotaKey">The quota that its requests spend.</param>
/// <param name="Capabilities">What it can do.</param>
/// <param name="OutputCap">Output tokens reserved, and sent upstream, when the caller gives no limit; at least 1.</param>
public sealed record TargetDefinition(
    string Provider,
    string Model,
    ImmutableArray<string> Aliases,
    double Share,
    string QuotaKey,
    Capabilities Capabilities,
    int OutputCap)
{
    /// <summary>The target's id: <c>provider/model</c>.</summary>
    public string Id { get; } = $"{Provider}/{Model}";

    /// <summary>Price of a million prompt tokens in US dollars, which is that of one token in millionths of a dollar; 0 to 1000.</summary>
    public decimal InputPrice { get; init; }

    /// <summary>Price of a million output tokens in US dollars; 0 to 1000.</summary>
    public decimal OutputPrice { get; init; }

    /// <summary>The price of that many tokens in millionths of a US dollar, rounded up.</summary>
    public long CostOf(long inputTokens, long outputTokens) =>
        (long)decimal.Ceiling((inputTokens * InputPrice) + (outputTokens * OutputPrice));

    /// <summary>The model chats; otherwise it only makes embeddings.</summary>
    public bool Chats => !Capabilities.HasFlag(Capabilities.Embeddings);
}
