using System.Collections.Immutable;
using ThotNet.Providers.Tokens;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers;

/// <summary>What a caller asks of a model, whatever the endpoint: the body as it came, and the few facts that routing needs.</summary>
public abstract class ModelRequest
{
    private PromptSize _prompt;

    /// <summary>The whole body, valid UTF-8 JSON. The memory belongs to the endpoint and lives as long as the request.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The model asked for; never empty.</summary>
    public required string Model { get; init; }

    /// <summary>The caller's own order of models (<c>models</c>, as OpenRouter has it); empty when not given.</summary>
    public ImmutableArray<string> Models { get; init; } = [];

    /// <summary>Id of the caller's key, as the gateway told it; empty when it told none. What one caller leaves behind no other may see.</summary>
    public string Caller { get; init; } = "";

    /// <summary>The kind of caller, which restricts who may serve it; null for none. Set by the endpoint, before anything is decided.</summary>
    public Audience? Audience { get; set; }

    /// <summary>The caller wants a stream.</summary>
    public bool Stream { get; init; }

    /// <summary>What a target must be able to do.</summary>
    public Capabilities Needs { get; init; }

    /// <summary>The model may call tools: there is at least one definition in <c>tools</c> or the older <c>functions</c>.</summary>
    public bool HasTools => Needs.HasFlag(Capabilities.Tools);

    /// <summary>The field behind each need, for an error that names it; empty when nothing special is needed.</summary>
    public ImmutableArray<(Capabilities Need, string Param)> NeedParams { get; init; } = [];

    /// <summary>
    /// How large the prompt is: as read, or since <see cref="CountPrompt"/> as counted. The bound for one target is
    /// <see cref="PromptScale.BoundOf"/> of its scale.
    /// </summary>
    public PromptSize Prompt
    {
        get => _prompt;
        init => _prompt = value;
    }

    /// <summary>The prompt's tokens, whatever the target: by count or size of the texts and kind of the other parts.</summary>
    public long PromptTokenBound => Prompt.Total;

    /// <summary>What is done, in the words of the GenAI conventions (wire.md section 7): <c>chat</c> or <c>embeddings</c>.</summary>
    public abstract string Operation { get; }

    /// <summary>Upper bound of the tokens that the target may write, over all choices; 0 where nothing is written.</summary>
    public abstract long OutputTokenBound(TargetDefinition target);

    /// <summary>
    /// Reads the body once more to count the prompt, for a request that was read without a tokenizer and goes to a provider after all. Not while
    /// another thread reads <see cref="Prompt"/>.
    /// </summary>
    /// <param name="tokenizer">Counts the texts; with null nothing is done.</param>
    public void CountPrompt(PromptTokenizer? tokenizer)
    {
        if (tokenizer is not null)
            _prompt = ReadPrompt(tokenizer);
    }

    /// <summary>The prompt's size, with the texts counted.</summary>
    private protected abstract PromptSize ReadPrompt(PromptTokenizer tokenizer);
}
