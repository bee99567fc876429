using ThotNet.Providers.Tokens;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers.Chat;

/// <summary>A caller's chat completion request. Made by <see cref="ChatRequestReader"/>, which has validated it.</summary>
public sealed class ChatRequest : ModelRequest
{
    /// <summary>The caller wants a usage chunk at the end of the stream.</summary>
    public bool IncludeUsage { get; internal set; }

    /// <summary>The caller's limit of output tokens (<c>max_completion_tokens</c>, else <c>max_tokens</c>), or null.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>Number of choices asked for; at least 1.</summary>
    public int Choices { get; init; } = 1;

    /// <summary>The caller's temperature, 0 to 2, or null for the model's own.</summary>
    public double? Temperature { get; init; }

    /// <summary>The same request of a caller who wants the usage chunk.</summary>
    public ChatRequest WithUsage()
    {
        var copy = (ChatRequest)MemberwiseClone();
        copy.IncludeUsage = true;
        return copy;
    }

    /// <inheritdoc/>
    public override string Operation => "chat";

    /// <inheritdoc/>
    public override long OutputTokenBound(TargetDefinition target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return (long)(MaxOutputTokens ?? target.OutputCap) * Choices;
    }

    private protected override PromptSize ReadPrompt(PromptTokenizer tokenizer) => ChatRequestReader.ReadPrompt(Body, tokenizer);
}
