namespace ThotNet.ProviderSimulator.Chat;

/// <summary>A call of a tool by the model.</summary>
/// <param name="Id">Id of the call.</param>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">JSON text.</param>
internal sealed record ToolCall(string Id, string Name, string Arguments);

/// <summary>What the model says to a call.</summary>
/// <param name="Id">Sixteen hexadecimal digits, equal for equal prompts.</param>
/// <param name="Pieces">The text, one piece a token; empty with tool calls.</param>
/// <param name="ToolCalls">Calls of tools; empty with text.</param>
/// <param name="CompletionTokens">Tokens written.</param>
/// <param name="FinishReason"><c>stop</c>, <c>length</c> or <c>tool_calls</c>.</param>
internal sealed record Answer(
    string Id,
    IReadOnlyList<string> Pieces,
    IReadOnlyList<ToolCall> ToolCalls,
    int CompletionTokens,
    string FinishReason)
{
    /// <summary>The whole text.</summary>
    public string Text { get; } = string.Concat(Pieces);
}
