using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Quotas;

namespace ThotNet.ProviderSimulator.Dialects;

/// <summary>How one provider speaks: its rules, answers, streams and errors. Has no state.</summary>
internal abstract class Dialect
{
    /// <summary>Path under which the provider's API is served, without a slash at the end.</summary>
    public abstract string BasePath { get; }

    /// <summary>Whether <c>GET /models</c> needs a key.</summary>
    public virtual bool ModelsNeedKey => true;

    /// <summary>No key, or none in the form <c>Bearer key</c>.</summary>
    public abstract Reply KeyMissing();

    /// <summary>A key that is not known.</summary>
    public abstract Reply KeyInvalid();

    /// <summary>A body that is not JSON or breaks a rule.</summary>
    public abstract Reply BadRequest(Problem problem);

    /// <summary>A model that was never served, or was switched off.</summary>
    public abstract Reply ModelGone(string model, bool retired);

    /// <summary>A full quota.</summary>
    public abstract Reply QuotaRefused(QuotaRefusal refusal, string model, string account, DateTimeOffset now);

    /// <summary>The first rule that a request breaks, or null.</summary>
    public abstract Problem? Check(JsonElement request);

    /// <summary>Headers of every answer to a request with a valid key.</summary>
    public abstract IEnumerable<KeyValuePair<string, string>> Headers(Admission? admission, long number);

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

    /// <summary>The shared rules, after a dialect's own.</summary>
    protected static Problem? CheckShape(JsonElement request) => MessageRules.Check(request) ?? FieldRules.Check(request);

    /// <summary>Names in the request that are not in <paramref name="known"/>.</summary>
    protected static List<string> Unknown(JsonElement request, HashSet<string> known) =>
        [.. request.EnumerateObject().Select(field => field.Name).Where(name => !known.Contains(name))];

    protected static JsonObject Usage(Exchange exchange) => new()
    {
        ["prompt_tokens"] = exchange.Call.PromptTokens,
        ["completion_tokens"] = exchange.Answer.CompletionTokens,
        ["total_tokens"] = exchange.TotalTokens,
    };
}
