using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Routing;

namespace ThotNet.Providers.Chat;

/// <summary>What has been read of a request so far. A field that comes twice replaces what it said before: the last one counts.</summary>
/// <remarks>Plain fields are those that a reader fills by reference.</remarks>
internal sealed class RequestFacts
{
    private int _values;

    /// <summary>The first mistake found; reading stops there.</summary>
    public ApiError? Error { get; private set; }

    public string? Model { get; set; }

    public ImmutableArray<string> Models { get; set; } = [];

    public bool Stream;

    public bool HasStreamOptions { get; set; }

    public bool IncludeUsage;

    public int? MaxTokens;

    public int? MaxCompletionTokens;

    public int? N;

    public int Choices => N ?? 1;

    public bool LogProbs;

    public int? TopLogProbs;

    public bool LogitBias { get; set; }

    public Capabilities Format { get; set; }

    public long FormatBytes { get; set; }

    public DefinitionFacts Tools;

    public DefinitionFacts Functions;

    public bool ChoiceNeedsTools { get; set; }

    public bool CallNeedsFunctions { get; set; }

    public bool AudioAnswer { get; set; }

    public MessageFacts Messages { get; set; } = new();

    /// <summary>Counts a value whose text is not the body's bulk; false when there are more than <see cref="ChatRequestReader.MaxValues"/>.</summary>
    public bool CountValue() =>
        ++_values <= ChatRequestReader.MaxValues || Fail($"The request holds more than {ChatRequestReader.MaxValues} JSON values.");

    /// <summary>Notes the mistake. Always false, so that a reader can return it.</summary>
    public bool Fail(string message, string? param = null)
    {
        Error ??= ApiError.Invalid(message, param);
        return false;
    }

    /// <summary>The tokens that the prompt has at most, as <see cref="PromptBound"/> reckons.</summary>
    public long PromptTokenBound =>
        Messages.Tokens
        + PromptBound.OfText(Messages.TextBytes)
        + PromptBound.OfText(Tools.Bytes + Functions.Bytes + FormatBytes)
        + ((long)Messages.Count * PromptBound.TokensPerMessage)
        + ((long)Messages.Images * PromptBound.TokensPerImage);

    /// <summary>The needs and the field behind each.</summary>
    public ImmutableArray<(Capabilities Need, string Param)> Needs()
    {
        var hasTools = Tools.Count > 0 || Functions.Count > 0;
        if (!hasTools && Format == 0 && Choices == 1 && !LogProbs && !LogitBias && !AudioAnswer && !Messages.HasMedia)
            return [];
        var needs = ImmutableArray.CreateBuilder<(Capabilities, string)>();
        Add(hasTools, Capabilities.Tools, Tools.Count > 0 ? "tools" : "functions");
        Add(Format != 0, Format, "response_format");
        Add(Format != 0 && hasTools, Capabilities.JsonWithTools, "response_format");
        Add(Messages.Images > 0, Capabilities.Images, "messages");
        Add(Messages.HasAudio, Capabilities.Audio, "messages");
        Add(AudioAnswer && !Messages.HasAudio, Capabilities.Audio, "modalities");
        Add(Messages.HasFiles, Capabilities.Files, "messages");
        Add(LogProbs, Capabilities.LogProbs, "logprobs");
        Add(Choices > 1, Capabilities.ManyChoices, "n");
        Add(LogitBias, Capabilities.LogitBias, "logit_bias");
        return needs.ToImmutable();

        void Add(bool wanted, Capabilities need, string param)
        {
            if (wanted)
                needs.Add((need, param));
        }
    }
}

/// <summary>A list of tools or functions.</summary>
/// <param name="Count">Number of entries.</param>
/// <param name="Bytes">The list's size in the body.</param>
internal readonly record struct DefinitionFacts(int Count, long Bytes);

/// <summary>What the messages hold.</summary>
internal sealed class MessageFacts
{
    /// <summary>The messages were there.</summary>
    public bool Seen { get; set; }

    public int Count { get; set; }

    /// <summary>Content parts over all messages.</summary>
    public int Parts { get; set; }

    public int Images { get; set; }

    public bool HasAudio { get; set; }

    public bool HasFiles { get; set; }

    /// <summary>Bytes of everything that the model reads as text.</summary>
    public long TextBytes { get; set; }

    /// <summary>Tokens of audio and files.</summary>
    public long Tokens { get; set; }

    public bool HasMedia => Images > 0 || HasAudio || HasFiles;
}
