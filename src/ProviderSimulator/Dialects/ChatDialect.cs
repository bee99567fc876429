using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>How a provider speaks OpenAI's format: its rules, answers and streams.</summary>
internal abstract class ChatDialect : Dialect
{
    /// <summary>Path under which the provider's API is served, without a slash at the end.</summary>
    public abstract string BasePath { get; }

    /// <summary>Whether <c>GET /models</c> needs a key.</summary>
    public virtual bool ModelsNeedKey => true;

    /// <summary>The first rule that a chat request breaks, or null.</summary>
    public abstract Problem? Check(JsonElement request);

    /// <summary>The models asked for, in order of preference.</summary>
    public virtual IEnumerable<string> ModelsAsked(JsonElement request)
    {
        var model = ChatCallReader.Property(request, "model");
        return model.ValueKind == JsonValueKind.String ? [model.GetString()!] : [];
    }

    /// <summary>The answer as one object.</summary>
    public abstract JsonObject Completion(Exchange exchange);

    /// <summary>Headers of a successful answer alone.</summary>
    public virtual IEnumerable<KeyValuePair<string, string>> SuccessHeaders(Exchange exchange) => [];

    /// <summary>The answer as a stream, to its <c>[DONE]</c>.</summary>
    public abstract IEnumerable<StreamEvent> Stream(Exchange exchange);

    /// <summary>How the provider says in mid-stream that it failed.</summary>
    public abstract StreamEvent StreamError(Exchange exchange);

    /// <summary>The body of <c>GET /models</c>.</summary>
    public abstract JsonObject Models(IEnumerable<string> models, long created);

    /// <summary>Fields of a request for embeddings that are not known; none where the provider ignores them.</summary>
    public virtual Problem? CheckEmbeddingNames(JsonElement request) => null;

    /// <summary>The shared rules, after a dialect's own.</summary>
    protected static Problem? CheckShape(JsonElement request) => MessageRules.Check(request) ?? FieldRules.Check(request);

    /// <summary>Names in the request that are not in <paramref name="known"/>.</summary>
    protected static List<string> Unknown(JsonElement request, IReadOnlySet<string> known) =>
        [.. request.EnumerateObject().Select(field => field.Name).Where(name => !known.Contains(name))];

    protected static JsonObject Usage(Exchange exchange) => new()
    {
        ["prompt_tokens"] = exchange.Call.PromptTokens,
        ["completion_tokens"] = exchange.Answer.CompletionTokens,
        ["total_tokens"] = exchange.TotalTokens,
    };
}
