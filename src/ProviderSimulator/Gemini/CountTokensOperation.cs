using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary><c>countTokens</c>, for contents alone or for a whole request. It asks no model and so uses no quota.</summary>
internal sealed class CountTokensOperation(NativeDialect dialect, string model) : Operation
{
    public override Dialect Dialect => dialect;

    public override bool UsesQuotas => false;

    public override Order Take(Provider provider, JsonElement request, Receipt receipt)
    {
        if (!provider.Models.Contains(model))
            return Gone(provider, model);
        var problem = ShapeReader.Read(request, Shapes.CountTokens, out var read) ?? Check(read, out read);
        return problem is null ? Order.Of(new CountJob(model, GenerateCallReader.Count(read).Tokens)) : Bad(model, problem);
    }

    private Problem? Check(JsonObject request, out JsonObject counted)
    {
        counted = request;
        if (request["generateContentRequest"] is not JsonObject whole)
            return ContentRules.Check(request);
        if (request.ContainsKey("contents"))
            return new("Only one of contents and generate_content_request must be set.");
        counted = whole;
        return (string?)whole["model"] == $"models/{model}"
            ? Rules.Check(whole, ModelGenerations.Of(model))
            : new("* CountTokensRequest.generate_content_request.model: must be the model of the request\n");
    }

    private sealed class CountJob(string model, long tokens) : Job
    {
        public override string Model => model;

        public override long PromptTokens => 0;

        public override JsonObject Whole() => new()
        {
            ["totalTokens"] = tokens,
            ["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = tokens }),
        };
    }
}
