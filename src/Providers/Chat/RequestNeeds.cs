using System.Collections.Immutable;
using ThotNet.Routing;

namespace ThotNet.Providers.Chat;

/// <summary>What a target must be able to do for a request, and the field behind each need: the general need before the special one.</summary>
internal static class RequestNeeds
{
    /// <summary>Finds the needs; nothing is allocated for a plain chat.</summary>
    public static ImmutableArray<(Capabilities Need, string Param)> Of(RequestFacts facts) => IsPlain(facts) ? [] : Find(facts);

    private static bool IsPlain(RequestFacts facts) =>
        facts is { Tools: null, Functions: null, Format: Capabilities.None, Choices: 1, LogProbs: false, LogitBias: false, AudioAnswer: false }
        && facts.Messages is { FirstCustomCall: null, Media.Any: false };

    private static ImmutableArray<(Capabilities Need, string Param)> Find(RequestFacts facts)
    {
        var media = facts.Messages.Media;
        var hasTools = facts.Tools is { Count: > 0 };
        var definitions = hasTools ? facts.Tools : facts.Functions is { Count: > 0 } ? facts.Functions : null;
        var format = facts.Format != Capabilities.None ? "response_format" : null;
        var needs = ImmutableArray.CreateBuilder<(Capabilities, string)>();
        Add(Capabilities.Tools, definitions is null ? null : hasTools ? "tools" : "functions");
        Add(Capabilities.CustomTools, facts.Tools?.FirstCustom ?? PathOf(facts.Messages.FirstCustomCall, "tool_calls", ""));
        Add(facts.Format, format);
        Add(Capabilities.JsonWithTools, definitions is null ? null : format);
        Add(Capabilities.RecursiveSchemas, definitions?.FirstRecursive ?? RecursiveFormat(facts));
        Add(Capabilities.Images, PathOf(media.FirstImage, "content", ".image_url"));
        Add(Capabilities.RemoteImages, PathOf(media.FirstRemoteImage, "content", ".image_url.url"));
        Add(Capabilities.Audio, PathOf(media.FirstAudio, "content", ".input_audio") ?? (facts.AudioAnswer ? "modalities" : null));
        Add(Capabilities.Files, PathOf(media.FirstFile, "content", ".file"));
        Add(Capabilities.LogProbs, facts.LogProbs ? "logprobs" : null);
        Add(Capabilities.ManyChoices, facts.Choices > 1 ? "n" : null);
        Add(Capabilities.LogitBias, facts.LogitBias ? "logit_bias" : null);
        return needs.ToImmutable();

        void Add(Capabilities need, string? param)
        {
            if (param is not null)
                needs.Add((need, param));
        }
    }

    private static string? RecursiveFormat(RequestFacts facts) =>
        facts is { FormatIsRecursive: true, Format: Capabilities.JsonSchema } ? "response_format.json_schema.schema" : null;

    private static string? PathOf(Place? place, string list, string field) =>
        place is { } at ? $"messages[{at.Message}].{list}[{at.Index}]{field}" : null;
}
