namespace ThotNet.Providers;

/// <summary>What a provider says an answer cost.</summary>
/// <param name="PromptTokens">Tokens of the prompt, cached ones included.</param>
/// <param name="CompletionTokens">Tokens written, reasoning included.</param>
/// <param name="TotalTokens">The provider's own total.</param>
/// <param name="CachedTokens">Part of the prompt that the provider had cached.</param>
/// <param name="ReasoningTokens">Part of the completion that was reasoning.</param>
public readonly record struct TokenUsage(
    long PromptTokens, long CompletionTokens, long TotalTokens, long CachedTokens = 0, long ReasoningTokens = 0);
