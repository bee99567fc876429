using System.Collections.Immutable;
using ThotNet.Routing;

namespace ThotNet.Providers.Chat;

/// <summary>
/// A caller's chat completion request: the body as it came, and the few facts that routing needs. Made by <see cref="ChatRequestReader"/>,
/// which has validated it.
/// </summary>
public sealed class ChatRequest
{
    /// <summary>The whole body, valid UTF-8 JSON. The memory belongs to the endpoint and lives as long as the request.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The model asked for; never empty.</summary>
    public required string Model { get; init; }

    /// <summary>The caller's own order of models (<c>models</c>, as OpenRouter has it); empty when not given.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>The caller wants a stream.</summary>
    public bool Stream { get; init; }

    /// <summary>The caller wants a usage chunk at the end of the stream.</summary>
    public bool IncludeUsage { get; init; }

    /// <summary>The caller's limit of output tokens (<c>max_completion_tokens</c>, else <c>max_tokens</c>), or null.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Number of choices asked for; at least 1.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>What a target must be able to do.</summary>
    public Capabilities Needs { get; init; }

    /// <summary>The field behind each need, for an error that names it; empty when nothing special is needed.</summary>
    public ImmutableArray<(Capabilities Need, string Param)> NeedParams { get; init; } = [];

    /// <summary>Upper bound of the prompt's tokens, by size of the texts and kind of the other parts.</summary>
    public long PromptTokenBound { get; init; }
}
