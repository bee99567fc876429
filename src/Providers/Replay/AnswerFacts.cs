using System.Text.Json;
using ThotNet.Providers.Json;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Replay;

/// <summary>What must be known of a complete chat answer (wire.md 1.2) to decide whether it may be kept and given to others.</summary>
/// <param name="Choices">Number of choices, at least 1.</param>
/// <param name="IsWhole">Every choice ended by itself: <c>stop</c>, <c>tool_calls</c> or <c>function_call</c>, not by a limit or a filter.</param>
/// <param name="HasToolCalls">A choice calls a tool, or a function in the older form.</param>
/// <param name="Usage">What it cost, if the provider told it.</param>
public readonly record struct AnswerFacts(int Choices, bool IsWhole, bool HasToolCalls, TokenUsage? Usage)
{
    /// <summary>
    /// Reads an answer once. Refused is whatever this gateway does not write: errors, missing fields, line ends, choices that are not in the
    /// order of their numbers. What is accepted <see cref="AnswerSplitter"/> can replay.
    /// </summary>
    /// <param name="answer">Any bytes.</param>
    /// <param name="facts">What it is; the default if it is no answer.</param>
    /// <returns>Whether it is a complete answer.</returns>
    public static bool TryRead(ReadOnlySpan<byte> answer, out AnswerFacts facts)
    {
        facts = default;
        try
        {
            facts = Read(new AnswerReader(answer));
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static AnswerFacts Read(AnswerReader reader)
    {
        var facts = new AnswerFacts(0, true, false, UsageJson.Read(reader.Fields.Usage));
        while (reader.Read(out var choice, out var message))
        {
            facts = facts with
            {
                Choices = facts.Choices + 1,
                IsWhole = facts.IsWhole && EndedByItself(choice.FinishReason),
                HasToolCalls = CallsTools(message) || facts.HasToolCalls,
            };
        }

        return facts;
    }

    private static bool EndedByItself(ReadOnlySpan<byte> reason) =>
        reason.SequenceEqual("\"stop\""u8) || reason.SequenceEqual("\"tool_calls\""u8) || reason.SequenceEqual("\"function_call\""u8);

    // All calls are read, so that what is accepted can be replayed.
    private static bool CallsTools(in MessageFields message)
    {
        var any = JsonBytes.HasContent(message.FunctionCall);
        var calls = AnswerReader.Start(message.ToolCalls);
        while (AnswerReader.ReadCall(ref calls, message.ToolCalls, out _))
            any = true;
        return any;
    }
}
