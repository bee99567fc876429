using System.Text.Json;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers.Requests;
using ThotNet.Providers.Tokens;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers.Embeddings;

/// <summary>Reads and validates an embeddings request in one pass over the bytes, without a document tree (wire.md 1.7).</summary>
public static class EmbeddingsRequestReader
{
    /// <summary>Most inputs of one request, as OpenAI has it.</summary>
    public const int MaxInputs = 2048;

    /// <summary>Reads a request.</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="request">The request, when there is no error.</param>
    /// <param name="caller">Id of the caller's key; empty when it is not known.</param>
    /// <param name="tokenizer">Counts the texts; without one their size is reckoned by bytes.</param>
    /// <returns>Null, or the 400 that names the field at fault.</returns>
    public static ApiError? Read(ReadOnlyMemory<byte> body, out EmbeddingsRequest? request, string caller = "", PromptTokenizer? tokenizer = null)
    {
        var facts = new EmbeddingsFacts(body, tokenizer);
        request = BodyReader.Read(facts, ReadField) && CheckRequired(facts) ? Build(facts, caller) : null;
        return facts.Error;
    }

    /// <summary>Counts the inputs of a body that has been accepted.</summary>
    internal static PromptSize ReadPrompt(ReadOnlyMemory<byte> body, PromptTokenizer tokenizer)
    {
        var facts = new EmbeddingsFacts(body, tokenizer);
        BodyReader.Read(facts, ReadField);
        return facts.Prompt;
    }

    private static bool ReadField(ref Utf8JsonReader reader, EmbeddingsFacts facts)
    {
        if (reader.ValueTextEquals("model"u8))
            return reader.Read() && facts.ReadModel(ref reader);
        if (reader.ValueTextEquals("input"u8))
            return reader.Read() && InputReader.Read(ref reader, facts);
        if (reader.ValueTextEquals("encoding_format"u8))
            return reader.Read() && ReadFormat(ref reader, facts);
        if (reader.ValueTextEquals("dimensions"u8))
            return reader.Read() && Values.Int(ref reader, "dimensions", 1, int.MaxValue, facts, out facts.Dimensions);
        if (reader.ValueTextEquals("user"u8))
            return reader.Read() && ReadUser(ref reader, facts);
        return reader.Read() && Values.Skip(ref reader, facts);
    }

    private static bool ReadFormat(ref Utf8JsonReader reader, EmbeddingsFacts facts)
    {
        facts.Base64 = Values.Is(ref reader, "base64"u8);
        return facts.Base64 || reader.TokenType == JsonTokenType.Null || Values.Is(ref reader, "float"u8)
            || facts.Fail("'encoding_format' must be 'float' or 'base64'.", "encoding_format");
    }

    private static bool ReadUser(ref Utf8JsonReader reader, EmbeddingsFacts facts)
    {
        facts.User = reader.TokenType == JsonTokenType.String ? (int)reader.TokenStartIndex..(int)reader.BytesConsumed : null;
        return Values.Text(ref reader, "user", facts);
    }

    private static bool CheckRequired(EmbeddingsFacts facts) =>
        (facts.Model is not null || facts.Fail("'model' is required.", "model"))
        && (!facts.Inputs.IsEmpty || facts.Fail("'input' is required.", "input"));

    private static EmbeddingsRequest Build(EmbeddingsFacts facts, string caller) => new()
    {
        Body = facts.Body,
        Model = facts.Model!,
        Caller = caller,
        Inputs = facts.Inputs,
        HasTokenInputs = facts.HasTokenInputs,
        Dimensions = facts.Dimensions,
        Base64 = facts.Base64,
        User = facts.User,
        Needs = facts.HasTokenInputs ? Capabilities.Embeddings | Capabilities.TokenInputs : Capabilities.Embeddings,
        NeedParams = facts.HasTokenInputs
            ? [(Capabilities.Embeddings, "model"), (Capabilities.TokenInputs, "input")]
            : [(Capabilities.Embeddings, "model")],
        Prompt = facts.Prompt,
    };
}
