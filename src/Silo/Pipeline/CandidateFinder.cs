using System.Collections.Immutable;
using System.Numerics;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers;
using ThotNet.Routing;

namespace ThotNet.Silo.Pipeline;

/// <summary>Finds the targets that serve the model asked for, fit the caller's audience and can do what the request needs.</summary>
public sealed class CandidateFinder(Catalog catalog)
{
    /// <summary>Finds the candidates.</summary>
    /// <param name="request">The caller's request.</param>
    /// <param name="tiers">The candidates: one tier, or one for each model of the caller's own order.</param>
    /// <returns>Null, or the error for the caller: an unknown model, one that is not for the audience, or a need that no candidate can meet.</returns>
    public ApiError? Find(ModelRequest request, out ImmutableArray<ImmutableArray<TargetDefinition>> tiers)
    {
        tiers = [];
        var able = ImmutableArray.CreateBuilder<ImmutableArray<TargetDefinition>>(1 + request.Models.Length);
        ImmutableArray<TargetDefinition> known = [];
        foreach (var name in NamesOf(request))
        {
            var named = catalog.FindTargets(name);
            if (named.IsEmpty)
            {
                return ApiError.ModelNotFound(name);
            }

            known = known.AddRange(named);
            var fit = named.RemoveAll(target => !CanServe(target, request));
            if (!fit.IsEmpty)
            {
                able.Add(fit);
            }
        }

        if (able.Count == 0)
        {
            return Unsupported(request, known);
        }

        tiers = able.ToImmutable();
        return null;
    }

    private static IEnumerable<string> NamesOf(ModelRequest request) =>
        request.Models.IsEmpty ? [request.Model] : request.Models.Prepend(request.Model).Distinct(StringComparer.Ordinal);

    private static bool CanServe(TargetDefinition target, ModelRequest request) =>
        (request.Needs & ~target.Capabilities) == 0 && Serves(target, request) && IsFor(target, request);

    private static bool IsFor(TargetDefinition target, ModelRequest request) => request.Audience is not { } audience || audience.Allows(target);

    // A model that makes embeddings does nothing else.
    private static bool Serves(TargetDefinition target, ModelRequest request) =>
        target.Chats != request.Needs.HasFlag(Capabilities.Embeddings);

    // Names the field that the closest target lacks, so that as little as possible has to be changed.
    private static ApiError Unsupported(ModelRequest request, ImmutableArray<TargetDefinition> known)
    {
        var serving = known.RemoveAll(target => !Serves(target, request));
        if (serving.IsEmpty)
        {
            return ApiError.Invalid($"The model '{request.Model}' does not serve {request.Operation}.", "model", "unsupported_model");
        }

        var offered = serving.RemoveAll(target => !IsFor(target, request));
        if (offered.IsEmpty)
        {
            return NotOffered(request, request.Audience!, serving);
        }

        var closest = offered.MinBy(target => BitOperations.PopCount((uint)(request.Needs & ~target.Capabilities)))!;
        var (need, param) = request.NeedParams.First(pair => (pair.Need & ~closest.Capabilities) != 0);
        return ApiError.Invalid($"'{param}' is not supported by the model '{request.Model}'{ReasonOf(need)}.", param, "unsupported_parameter");
    }

    // Which of the two the caller meant nobody knows, so that both are named.
    private static ApiError NotOffered(ModelRequest request, Audience audience, ImmutableArray<TargetDefinition> serving)
    {
        var field = request.Models.IsEmpty ? "model" : "models";
        var providers = string.Join(", ", serving.Select(target => target.Provider).Distinct());
        return ApiError.Invalid(
            $"'{field}' and the header {audience.Header} contradict each other: the model '{request.Model}' is served by {providers}, "
            + $"but the audience '{audience.Name}' has only {string.Join(", ", audience.Providers)}.",
            field,
            "unsupported_model");
    }

    private static string ReasonOf(Capabilities need) => need switch
    {
        Capabilities.RemoteImages => ": it fetches no images; send the image itself as a data URL",
        Capabilities.RecursiveSchemas => ": the schema refers to itself",
        Capabilities.CustomTools => ": it takes no custom tools, only functions",
        Capabilities.JsonWithTools => ": it writes JSON or calls tools, but not both in one answer",
        _ => "",
    };
}
