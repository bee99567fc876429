using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Embeddings;

/// <summary><c>POST /embeddings</c> in OpenAI's form, with numbers or base64.</summary>
internal sealed class EmbeddingsOperation(ChatDialect dialect) : Operation
{
    public override Dialect Dialect => dialect;

    public override Order Take(Provider provider, JsonElement request, Receipt receipt)
    {
        if (dialect.ModelsAsked(request).FirstOrDefault() is not { } asked)
            return Bad("", new("'model' : property 'model' is missing", "model"));
        var model = provider.EmbeddingModels.Contains(asked) ? asked : "";

        // Google's models take text alone (wire.md rule 55).
        var problem = dialect.CheckEmbeddingNames(request) ?? EmbeddingRules.Check(request, tokensAllowed: dialect is not GeminiDialect);
        if (problem is not null)
            return Bad(model, problem);
        return model.Length == 0 ? Gone(provider, asked) : Order.Of(new EmbeddingsJob(model, request));
    }

    private sealed class EmbeddingsJob : Job
    {
        private readonly EmbeddingInput[] _inputs;
        private readonly int _dimensions;
        private readonly bool _base64;

        public EmbeddingsJob(string model, JsonElement request)
        {
            Model = model;
            _inputs = EmbeddingInput.Read(request.GetProperty("input"));
            var dimensions = ChatCallReader.Property(request, "dimensions");
            _dimensions = dimensions.ValueKind == JsonValueKind.Number ? dimensions.GetInt32() : Vectors.DefaultDimensions;
            _base64 = ChatCallReader.Property(request, "encoding_format") is { ValueKind: JsonValueKind.String } format
                && format.ValueEquals("base64");
        }

        public override string Model { get; }

        public override long PromptTokens => _inputs.Sum(input => input.Tokens);

        public override JsonObject Whole() => new()
        {
            ["object"] = "list",
            ["data"] = new JsonArray([.. _inputs.Select((input, index) => new JsonObject
            {
                ["object"] = "embedding",
                ["index"] = index,
                ["embedding"] = Embedding(input),
            })]),
            ["model"] = Model,
            ["usage"] = new JsonObject { ["prompt_tokens"] = PromptTokens, ["total_tokens"] = PromptTokens },
        };

        private JsonNode Embedding(EmbeddingInput input)
        {
            var vector = Vectors.Make(input.Seed, _dimensions);
            return _base64
                ? Convert.ToBase64String(MemoryMarshal.AsBytes<float>(vector))
                : new JsonArray([.. vector.Select(number => (JsonNode)number)]);
        }
    }
}
