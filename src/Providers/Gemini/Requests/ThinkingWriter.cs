using System.Text.Json;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Gemini.Requests;

/// <summary>Writes <c>thinkingConfig</c> (wire.md rule 32). A model that does not think is asked nothing.</summary>
internal static class ThinkingWriter
{
    // Less than low, and no less than the smallest budget that any model of this generation takes: Flash-Lite's.
    private const int MinimalBudget = 512;
    private const int LowBudget = 1024;
    private const int MediumBudget = 8192;
    private const int HighBudget = 24_576;

    private enum Effort
    {
        Unset,
        None,
        Minimal,
        Low,
        Medium,
        High,
    }

    /// <summary>Writes the object, if there is something to say.</summary>
    public static void Write(BodySlices slices, ReadOnlySpan<byte> body, GeminiGeneration generation, Utf8JsonWriter writer)
    {
        var effort = Read(slices[RequestField.ReasoningEffort].Of(body));
        var isOff = effort == Effort.None && generation is { Thinking: ThinkingStyle.Budget, LeastBudget: 0 };

        // Thoughts are refused where thinking is switched off.
        var thoughts = !isOff && slices[RequestField.IncludeReasoning].Of(body) is [(byte)'t', ..];
        if (generation.Thinking == ThinkingStyle.None || (effort == Effort.Unset && !thoughts))
            return;
        writer.WriteStartObject("thinkingConfig"u8);
        if (effort != Effort.Unset && generation.Thinking == ThinkingStyle.Budget)
            writer.WriteNumber("thinkingBudget"u8, BudgetOf(effort, generation));
        else if (effort != Effort.Unset)
            writer.WriteString("thinkingLevel"u8, LevelOf(effort, generation));
        if (thoughts)
            writer.WriteBoolean("includeThoughts"u8, true);
        writer.WriteEndObject();
    }

    private static Effort Read(ReadOnlySpan<byte> word) =>
        JsonBytes.Is(word, "none"u8) ? Effort.None
        : JsonBytes.Is(word, "minimal"u8) ? Effort.Minimal
        : JsonBytes.Is(word, "low"u8) ? Effort.Low
        : JsonBytes.Is(word, "medium"u8) ? Effort.Medium
        : JsonBytes.Is(word, "high"u8) || JsonBytes.Is(word, "xhigh"u8) || JsonBytes.Is(word, "max"u8) ? Effort.High
        : Effort.Unset;

    private static int BudgetOf(Effort effort, GeminiGeneration generation) => effort switch
    {
        Effort.None => generation.LeastBudget,
        Effort.Minimal => MinimalBudget,
        Effort.Low => LowBudget,
        Effort.Medium => MediumBudget,
        _ => HighBudget,
    };

    private static string LevelOf(Effort effort, GeminiGeneration generation) => effort switch
    {
        Effort.None or Effort.Minimal => generation.LeastLevel,
        Effort.Low => "low",
        Effort.Medium => "medium",
        _ => "high",
    };
}
