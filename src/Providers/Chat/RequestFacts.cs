using System.Collections.Immutable;
using System.Text.Json;
using ThotNet.Providers.Requests;
using ThotNet.Providers.Tokens;
using ThotNet.Routing;
using ThotNet.Routing.Tokens;

namespace ThotNet.Providers.Chat;

/// <summary>What has been read of a request so far. A field that comes twice replaces what it said before: the last one counts.</summary>
/// <remarks>Plain fields are those that a reader fills by reference.</remarks>
internal sealed class RequestFacts(ReadOnlyMemory<byte> body, PromptTokenizer? tokenizer) : BodyFacts(body, tokenizer)
{
    public ImmutableArray<string> Models { get; set; } = [];

    public bool Stream;

    public bool HasStreamOptions { get; set; }

    public bool IncludeUsage;

    public int? MaxTokens;

    public int? MaxCompletionTokens;

    public double? Temperature;

    public int? N;

    public int Choices => N ?? 1;

    public bool LogProbs;

    public int? TopLogProbs;

    public bool LogitBias { get; set; }

    public Capabilities Format { get; set; }

    /// <summary>The schema of <c>response_format</c>.</summary>
    public TextSize FormatText;

    /// <summary>The schema of <c>response_format</c> refers to itself.</summary>
    public bool FormatIsRecursive { get; set; }

    /// <summary>Values in schemas that hold references.</summary>
    public int ReferringValues { get; set; }

    /// <summary>Characters of those schemas when every reference is replaced by what it stands for.</summary>
    public long ReferredLength { get; set; }

    public DefinitionFacts? Tools;

    public DefinitionFacts? Functions;

    public bool ChoiceNeedsTools { get; set; }

    /// <summary>The tools that <c>tool_choice</c> names.</summary>
    public IReadOnlyList<ChosenTool> ChosenTools { get; set; } = [];

    /// <summary>The function that <c>function_call</c> names.</summary>
    public BodyText? ChosenFunction { get; set; }

    public bool AudioAnswer { get; set; }

    public MessageFacts Messages { get; set; } = new();

    /// <summary>How large the prompt is, as <see cref="PromptBound"/> and the tokenizer reckon.</summary>
    public PromptSize Prompt => new(
        Texts.TokensOf(Messages.Text) + Texts.TokensOf(FormatText) + Texts.TokensOf(Tools?.Text ?? default) + Texts.TokensOf(Functions?.Text ?? default),
        (long)Messages.Count * PromptBound.TokensPerMessage,
        Messages.Media.Tokens + ((long)Messages.Media.Images * PromptBound.TokensPerImage),
        Texts.IsExact);

    /// <summary>Counts the string of a message that the reader stands on.</summary>
    public void AddText(scoped ref Utf8JsonReader reader) => Texts.Add(ref reader, ref Messages.Text);
}

/// <summary>What the messages hold.</summary>
internal sealed class MessageFacts
{
    /// <summary>The messages were there.</summary>
    public bool Seen { get; set; }

    public int Count { get; set; }

    /// <summary>Content parts over all messages.</summary>
    public int Parts { get; set; }

    /// <summary>The first call of a custom tool.</summary>
    public Place? FirstCustomCall { get; set; }

    /// <summary>The calls of tools; null in a chat that never had one.</summary>
    public CallLedger? Calls { get; private set; }

    public MediaFacts Media;

    /// <summary>Everything that the model reads as text.</summary>
    public TextSize Text;

    /// <summary>The calls of tools, from now on.</summary>
    public CallLedger GetCalls() => Calls ??= new CallLedger();
}
