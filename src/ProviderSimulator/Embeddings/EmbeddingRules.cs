using System.Text.Json;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Embeddings;

/// <summary>The rules of requests for embeddings in OpenAI's form (wire.md 1.7).</summary>
internal static class EmbeddingRules
{
    private const int MaxInputs = 2048;

    /// <summary>All fields of such a request.</summary>
    public static IReadOnlySet<string> Known { get; } =
        new HashSet<string>(StringComparer.Ordinal) { "model", "input", "encoding_format", "dimensions", "user" };

    public static Problem? Check(JsonElement request, bool tokensAllowed)
    {
        var format = ChatCallReader.Property(request, "encoding_format");
        if (format.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
            && !(format.ValueKind == JsonValueKind.String && format.GetString() is "float" or "base64"))
            return new("'encoding_format' : value must be float or base64", "encoding_format");
        var dimensions = ChatCallReader.Property(request, "dimensions");
        if (dimensions.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null)
            && !(dimensions.ValueKind == JsonValueKind.Number && dimensions.TryGetInt32(out var n) && n is >= 1 and <= Vectors.MaxDimensions))
            return new($"'dimensions' : value must be an integer from 1 to {Vectors.MaxDimensions}", "dimensions");
        return IsInput(ChatCallReader.Property(request, "input"), tokensAllowed)
            ? null
            : new("'input' : value must be a string, an array of strings or an array of tokens, none of them empty", "input");
    }

    private static bool IsInput(JsonElement input, bool tokensAllowed)
    {
        if (input.ValueKind != JsonValueKind.Array)
            return IsText(input);
        return input.GetArrayLength() is > 0 and <= MaxInputs
            && (input.EnumerateArray().All(IsText)
                || (tokensAllowed && (IsTokens(input) || input.EnumerateArray().All(IsTokens))));
    }

    private static bool IsText(JsonElement input) => input.ValueKind == JsonValueKind.String && input.GetString()!.Length > 0;

    private static bool IsTokens(JsonElement input) =>
        input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0
        && input.EnumerateArray().All(token => token.ValueKind == JsonValueKind.Number && token.TryGetUInt32(out _));
}
