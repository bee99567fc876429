using ThotNet.Providers.Json;

namespace ThotNet.Providers.Replay;

/// <summary>What a step writes.</summary>
internal enum ReplayStepKind
{
    /// <summary>The chunk that begins a choice.</summary>
    Role,

    /// <summary>A string, in pieces: one chunk each.</summary>
    Text,

    /// <summary>Any other value, in one chunk.</summary>
    Value,

    /// <summary>A whole tool call.</summary>
    Call,

    /// <summary>The chunk that ends a choice, with its log probabilities.</summary>
    Finish,
}

/// <summary>One or more chunks of a replay.</summary>
/// <param name="Kind">What is written.</param>
/// <param name="Choice">The choice's index.</param>
/// <param name="Value">Where the value stands in the answer; the finish reason of a last chunk.</param>
/// <param name="Field">The name of a text or value.</param>
/// <param name="Call">The number of a tool call within its choice.</param>
/// <param name="LogProbs">Where the log probabilities of a last chunk stand; empty for none.</param>
internal readonly record struct ReplayStep(
    ReplayStepKind Kind, int Choice, Range Value = default, MessageField Field = default, int Call = 0, Range LogProbs = default)
{
    /// <summary>The steps of all choices, one choice after the other.</summary>
    /// <param name="reader">A reader at the first choice.</param>
    /// <param name="answer">The bytes that it reads.</param>
    /// <exception cref="System.Text.Json.JsonException">It is no answer.</exception>
    public static List<ReplayStep> Plan(AnswerReader reader, ReadOnlySpan<byte> answer)
    {
        var steps = new List<ReplayStep>(4);
        while (reader.Read(out var choice, out var message))
        {
            steps.Add(new ReplayStep(ReplayStepKind.Role, choice.Index));
            foreach (var field in MessageFieldExtensions.BeforeCalls)
                AddField(steps, choice.Index, field, field.Of(message), answer);
            AddCalls(steps, choice.Index, message.ToolCalls, answer);
            foreach (var field in MessageFieldExtensions.AfterCalls)
                AddField(steps, choice.Index, field, field.Of(message), answer);
            var logProbs = JsonBytes.IsSet(choice.LogProbs) ? answer.RangeOf(choice.LogProbs) : default;
            steps.Add(new ReplayStep(ReplayStepKind.Finish, choice.Index, answer.RangeOf(choice.FinishReason), LogProbs: logProbs));
        }

        return steps;
    }

    private static void AddField(List<ReplayStep> steps, int choice, MessageField field, ReadOnlySpan<byte> value, ReadOnlySpan<byte> answer)
    {
        if (JsonBytes.HasText(value))
            steps.Add(new ReplayStep(ReplayStepKind.Text, choice, answer.RangeOf(value[1..^1]), field));
        else if (JsonBytes.HasContent(value))
            steps.Add(new ReplayStep(ReplayStepKind.Value, choice, answer.RangeOf(value), field));
    }

    private static void AddCalls(List<ReplayStep> steps, int choice, ReadOnlySpan<byte> json, ReadOnlySpan<byte> answer)
    {
        var calls = AnswerReader.Start(json);
        for (var number = 0; AnswerReader.ReadCall(ref calls, json, out var call); number++)
            steps.Add(new ReplayStep(ReplayStepKind.Call, choice, answer.RangeOf(call), Call: number));
    }
}
