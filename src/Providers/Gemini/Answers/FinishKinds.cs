using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Gemini.Answers;

/// <summary>What a finish reason means.</summary>
internal enum FinishKind
{
    /// <summary>There is none: the candidate goes on.</summary>
    None,

    /// <summary>The model was done, or stopped for a reason that OpenAI has no word for.</summary>
    Stopped,

    /// <summary>The limit of output tokens was reached.</summary>
    Length,

    /// <summary>What would have followed was filtered out.</summary>
    Filtered,

    /// <summary>The model wrote something that cannot be used.</summary>
    Unusable,
}

/// <summary>Google's finish reasons (wire.md rule 48).</summary>
internal static class FinishKinds
{
    /// <summary>The meaning of a candidate's finish reason.</summary>
    /// <param name="value">The value as it stands, or nothing.</param>
    public static FinishKind Read(ReadOnlySpan<byte> value)
    {
        if (!JsonBytes.HasText(value) || value.SequenceEqual("\"FINISH_REASON_UNSPECIFIED\""u8))
            return FinishKind.None;
        if (IsUnusable(value[1..^1]))
            return FinishKind.Unusable;
        var word = FinishReasons.Legal(value, calledTools: false, stopsAfterToolCalls: true);
        return word.SequenceEqual("length"u8) ? FinishKind.Length
            : word.SequenceEqual("content_filter"u8) ? FinishKind.Filtered
            : FinishKind.Stopped;
    }

    /// <summary>OpenAI's word. Tool calls end with a plain stop too (wire.md 4.3).</summary>
    public static ReadOnlySpan<byte> Word(FinishKind kind, bool calledTools) => kind switch
    {
        FinishKind.Length => "length"u8,
        FinishKind.Filtered => "content_filter"u8,
        FinishKind.Unusable => "stop"u8,
        _ => calledTools ? "tool_calls"u8 : "stop"u8,
    };

    private static bool IsUnusable(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("MALFORMED_FUNCTION_CALL"u8) || name.SequenceEqual("UNEXPECTED_TOOL_CALL"u8)
        || name.SequenceEqual("TOO_MANY_TOOL_CALLS"u8) || name.SequenceEqual("MISSING_THOUGHT_SIGNATURE"u8)
        || name.SequenceEqual("MALFORMED_RESPONSE"u8);
}
