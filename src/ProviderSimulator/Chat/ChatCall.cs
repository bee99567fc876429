using System.Text.Json;

namespace ThotNet.ProviderSimulator.Chat;

/// <summary>A tool that the model may call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">JSON Schema of its arguments; undefined when not given.</param>
internal readonly record struct ToolSpec(string Name, JsonElement Parameters);

/// <summary>The parts of a valid request that decide the answer.</summary>
internal sealed record ChatCall
{
    public required string Model { get; init; }

    public bool Stream { get; init; }

    public bool IncludeUsage { get; init; }

    /// <summary>Tokens of the prompt, by <see cref="Tokenizer"/>.</summary>
    public required long PromptTokens { get; init; }

    /// <summary>Most tokens the answer may have, which is what a leaky bucket charges for it: the caller's limit, else 1024.</summary>
    public required int CompletionBudget { get; init; }

    /// <summary>Hash of all text of the prompt: equal prompts get equal answers.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Text of the last user message, where the markers of <see cref="AnswerMaker"/> are.</summary>
    public required string LastUserText { get; init; }

    public required IReadOnlyList<ToolSpec> Tools { get; init; }

    /// <summary>The tool the caller insists on, <c>"*"</c> for any (<c>required</c>), or null.</summary>
    public string? ForcedTool { get; init; }

    /// <summary>No tool may be called (<c>tool_choice: none</c>).</summary>
    public bool ToolsForbidden { get; init; }

    public bool JsonMode { get; init; }

    /// <summary>Schema of the answer in <c>json_schema</c> mode, else undefined.</summary>
    public JsonElement Schema { get; init; }
}
