using System.Text.Json;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Embeddings;

/// <summary>One thing to embed.</summary>
/// <param name="Seed">Hash of it: equal inputs get equal vectors.</param>
/// <param name="Tokens">Tokens by <see cref="Tokenizer"/>.</param>
internal readonly record struct EmbeddingInput(ulong Seed, long Tokens)
{
    public static EmbeddingInput Of(string text)
    {
        var tokenizer = new Tokenizer();
        tokenizer.AddText(text);
        return new(tokenizer.Hash, tokenizer.Tokens);
    }

    /// <summary>The inputs of a valid request in OpenAI's form.</summary>
    public static EmbeddingInput[] Read(JsonElement input)
    {
        if (input.ValueKind == JsonValueKind.String)
            return [Of(input.GetString()!)];
        return input[0].ValueKind == JsonValueKind.Number ? [OfTokens(input)] : [.. input.EnumerateArray().Select(OfItem)];
    }

    private static EmbeddingInput OfItem(JsonElement item) =>
        item.ValueKind == JsonValueKind.String ? Of(item.GetString()!) : OfTokens(item);

    private static EmbeddingInput OfTokens(JsonElement tokens) => Of(tokens.GetRawText()) with { Tokens = tokens.GetArrayLength() };
}
