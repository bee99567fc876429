using System.Text;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.OpenAi;

/// <summary>Finish reasons: only five are legal, and others make the official .NET client throw (wire.md 1.2).</summary>
internal static class FinishReasons
{
    private static readonly string[] LengthNames = ["max_tokens", "max_output_tokens", "max_length"];

    private static readonly string[] FilterNames =
    [
        "safety", "recitation", "blocklist", "prohibited_content", "spii", "image_safety", "image_prohibited_content", "image_recitation",
        "content_filtered", "refusal",
    ];

    private static readonly string[] ToolNames = ["tool_call", "tool_use"];

    /// <summary>True for the reason that is an error: <c>error</c> (wire.md 2.2).</summary>
    public static bool IsError(ReadOnlySpan<byte> value) => value.SequenceEqual("\"error\""u8);

    /// <summary>The legal reason for a provider's one.</summary>
    /// <param name="value">The value as it stands, quotes included; null and absent count as a plain stop.</param>
    /// <param name="calledTools">The answer calls tools, so that a plain stop means <c>tool_calls</c> (wire.md 4.1).</param>
    /// <param name="stopsAfterToolCalls">The provider is known to say <c>stop</c> after tool calls.</param>
    public static ReadOnlySpan<byte> Legal(ReadOnlySpan<byte> value, bool calledTools, bool stopsAfterToolCalls)
    {
        ReadOnlySpan<byte> name = value is [(byte)'"', .. var inner, (byte)'"'] ? inner : default;
        if (name.SequenceEqual("stop"u8))
            return calledTools && stopsAfterToolCalls ? "tool_calls"u8 : "stop"u8;
        if (name.SequenceEqual("length"u8))
            return "length"u8;
        if (name.SequenceEqual("tool_calls"u8))
            return "tool_calls"u8;
        if (name.SequenceEqual("content_filter"u8))
            return "content_filter"u8;
        return name.SequenceEqual("function_call"u8) ? "function_call"u8 : Mapped(name, calledTools);
    }

    // Raw reasons of the model behind the provider (wire.md 4.7, rule 48); a new one must not break a client.
    private static ReadOnlySpan<byte> Mapped(ReadOnlySpan<byte> name, bool calledTools)
    {
        if (IsOneOf(name, LengthNames))
            return "length"u8;
        if (IsOneOf(name, FilterNames))
            return "content_filter"u8;
        return calledTools || IsOneOf(name, ToolNames) ? "tool_calls"u8 : "stop"u8;
    }

    private static bool IsOneOf(ReadOnlySpan<byte> name, string[] names)
    {
        foreach (var candidate in names)
        {
            if (Ascii.EqualsIgnoreCase(name, candidate))
                return true;
        }

        return false;
    }

    /// <summary>True for a reason that ends a choice; a delta's may be null, absent or empty.</summary>
    public static bool IsSet(ReadOnlySpan<byte> value) => JsonBytes.HasText(value);
}
