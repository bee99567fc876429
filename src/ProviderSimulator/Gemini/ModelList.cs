using System.Globalization;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Dialects;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary><c>GET /models</c>, in pages, and <c>GET /models/{model}</c> (wire.md 4.1).</summary>
internal static class ModelList
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 1000;

    public static Reply Page(Provider provider, IQueryCollection query)
    {
        if (Number(query["pageSize"]) is not { } size || Number(query["pageToken"]) is not { } start)
            return GeminiErrors.Make(400, "INVALID_ARGUMENT", "Invalid value for pageSize or pageToken.");
        var names = provider.Models.Concat(provider.EmbeddingModels).Order(StringComparer.Ordinal).ToList();
        var count = size == 0 ? DefaultPageSize : Math.Min(size, MaxPageSize);
        var body = new JsonObject { ["models"] = new JsonArray([.. names.Skip(start).Take(count).Select(name => Entry(provider, name))]) };
        if (start + count < names.Count)
            body["nextPageToken"] = (start + count).ToString(CultureInfo.InvariantCulture);
        return Reply.Of(200, body);
    }

    public static Reply One(Provider provider, string model) =>
        provider.Models.Contains(model) || provider.EmbeddingModels.Contains(model)
            ? Reply.Of(200, Entry(provider, model))
            : GeminiErrors.ModelGone(model, "getModel");

    /// <summary>0 for a missing number, null for something else than a number from 0.</summary>
    private static int? Number(string? text) => string.IsNullOrEmpty(text)
        ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static JsonObject Entry(Provider provider, string model)
    {
        var embeds = provider.EmbeddingModels.Contains(model);
        var entry = new JsonObject
        {
            ["name"] = $"models/{model}",
            ["baseModelId"] = model,
            ["version"] = "001",
            ["displayName"] = model,
            ["description"] = "A simulated model",
            ["inputTokenLimit"] = embeds ? 2_048 : 1_048_576,
            ["outputTokenLimit"] = embeds ? 1 : 65_536,
            ["supportedGenerationMethods"] = embeds
                ? new JsonArray("embedContent", "batchEmbedContents")
                : new JsonArray("generateContent", "countTokens"),
        };
        if (embeds)
            return entry;
        entry["temperature"] = 1;
        entry["maxTemperature"] = 2;
        entry["topP"] = 0.95;
        entry["topK"] = 64;
        if (ModelGenerations.Of(model) != ModelGeneration.Gemini2)
            entry["thinking"] = true;
        return entry;
    }
}
