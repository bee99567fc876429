using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Embeddings;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary><c>embedContent</c> and <c>batchEmbedContents</c>, which names the model in each of its items.</summary>
internal sealed class EmbedOperation(NativeDialect dialect, string model, bool batch) : Operation
{
    private const int MaxItems = 100;

    public override Dialect Dialect => dialect;

    public override Order Take(Provider provider, JsonElement request, Receipt receipt)
    {
        if (!provider.EmbeddingModels.Contains(model))
            return Gone(provider, model);
        if ((ShapeReader.Read(request, batch ? Shapes.BatchEmbed : Shapes.Embed, out var read) ?? Check(read)) is { } problem)
            return Bad(model, problem);
        return Order.Of(new EmbedJob(model, batch, batch ? [.. Rules.Objects(read["requests"])] : [read]));
    }

    private Problem? Check(JsonObject request)
    {
        if (!batch)
            return CheckItem(request);
        var items = Rules.Objects(request["requests"]).ToList();
        if (items.Count is 0 or > MaxItems)
            return new($"* BatchEmbedContentsRequest.requests: at least 1 and at most {MaxItems} requests can be in one batch\n");
        return items.Select(CheckItem).FirstOrDefault(problem => problem is not null);
    }

    private Problem? CheckItem(JsonObject item)
    {
        if ((string?)item["model"] is var named && named != $"models/{model}" && (batch || named is not null))
            return new($"* EmbedContentRequest.model: must be 'models/{model}', the model of the request\n");
        if (item["content"] is not JsonObject content)
            return new("* EmbedContentRequest.content: contents is not specified\n");
        if (ContentRules.CheckParts(content, "content") is { } problem)
            return problem;
        if (!Rules.Objects(content["parts"]).All(part => part.ContainsKey("text")))
            return new("* EmbedContentRequest.content: only text parts are supported\n");
        return (int?)item["outputDimensionality"] is < 1 or > Vectors.MaxDimensions
            ? new($"* EmbedContentRequest.output_dimensionality: must be in the range [1, {Vectors.MaxDimensions}]\n")
            : null;
    }

    private sealed class EmbedJob(string model, bool batch, IReadOnlyList<JsonObject> items) : Job
    {
        private readonly List<EmbeddingInput> _inputs = [.. items.Select(item => EmbeddingInput.Of(
            string.Concat(Rules.Objects(item["content"]!["parts"]).Select(part => (string?)part["text"]))))];

        public override string Model => model;

        public override long PromptTokens => _inputs.Sum(input => input.Tokens);

        public override JsonObject Whole() => batch
            ? new() { ["embeddings"] = new JsonArray([.. items.Select((_, index) => Values(index))]) }
            : new() { ["embedding"] = Values(0) };

        private JsonObject Values(int index)
        {
            var vector = Vectors.Make(_inputs[index].Seed, (int?)items[index]["outputDimensionality"] ?? Vectors.DefaultDimensions);
            return new() { ["values"] = new JsonArray([.. vector.Select(number => (JsonNode)number)]) };
        }
    }
}
