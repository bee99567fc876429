using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>One of the answers.</summary>
/// <param name="Pieces">Its text, one piece a token.</param>
/// <param name="ToolCalls">Its calls of functions.</param>
/// <param name="Tokens">Tokens written.</param>
/// <param name="FinishReason">Why it ended, in Google's words.</param>
/// <param name="Silent">It has no content at all.</param>
internal sealed record Candidate(
    IReadOnlyList<string> Pieces, IReadOnlyList<ToolCall> ToolCalls, int Tokens, string FinishReason, bool Silent);

/// <summary>What the model says to a native call.</summary>
/// <param name="Id">Sixteen hexadecimal digits, equal for equal prompts.</param>
/// <param name="BlockReason">Why the prompt is blocked; null: it is not.</param>
/// <param name="Thoughts">Tokens thought.</param>
/// <param name="Candidates">The answers; none to a blocked prompt.</param>
internal sealed record GenerateAnswer(string Id, string? BlockReason, int Thoughts, IReadOnlyList<Candidate> Candidates)
{
    public int Tokens => Thoughts + Candidates.Sum(candidate => candidate.Tokens);

    /// <summary>The answer of <see cref="AnswerMaker"/>, after thoughts that use up the same budget (wire.md rule 21).</summary>
    public static GenerateAnswer Make(GenerateCall call)
    {
        var text = call.Chat.LastUserText;
        var id = AnswerMaker.Id(call.Chat);
        if (Markers.BlockReason(text) is { } reason)
            return new GenerateAnswer(id, reason, 0, []);
        var thoughts = Math.Min(call.Thoughts, call.Chat.CompletionBudget);
        var left = call.Chat with { CompletionBudget = call.Chat.CompletionBudget - thoughts };
        var candidates = Enumerable.Range(0, call.Candidates)
            .Select(i => OfText(left with { Seed = left.Seed + (ulong)i }, Markers.FinishReason(text)));
        return new GenerateAnswer(id, null, thoughts, [.. candidates]);
    }

    private static Candidate OfText(ChatCall call, string? forcedReason)
    {
        if (call.CompletionBudget == 0)
            return new Candidate([], [], 0, "MAX_TOKENS", Silent: true);
        if (forcedReason is not null && (forcedReason == "MALFORMED_FUNCTION_CALL" || !Markers.HasLength(call.LastUserText)))
            return new Candidate([], [], 0, forcedReason, Silent: true);
        var answer = AnswerMaker.Make(forcedReason is null ? call : call with { ToolsForbidden = true });
        var reason = forcedReason ?? (answer.FinishReason == "length" ? "MAX_TOKENS" : "STOP");
        return new Candidate(answer.Pieces, answer.ToolCalls, answer.CompletionTokens, reason, Silent: false);
    }
}
