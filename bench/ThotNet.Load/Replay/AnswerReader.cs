using System.Text.Json;

namespace ThotNet.Load.Replay;

/// <summary>Reads what a replay wants to know of an answer, or of an event of a stream.</summary>
internal static class AnswerReader
{
    /// <summary>Whether it is a completion, and its <c>usage.total_tokens</c>, 0 if it does not say.</summary>
    public static (bool IsCompletion, long Tokens) Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var answer = JsonDocument.Parse(json);
            var root = answer.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("choices", out _) ? (true, TotalTokens(root)) : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static long TotalTokens(JsonElement answer) =>
        answer.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object
        && usage.TryGetProperty("total_tokens", out var total) && total.ValueKind == JsonValueKind.Number && total.TryGetInt64(out var tokens)
            ? tokens
            : 0;
}
