using System.Collections.Immutable;
using ThotNet.Providers;
using ThotNet.Providers.Chat;
using ThotNet.Routing;

namespace ThotNet.Silo.Caching;

/// <summary>Decides what the cache may do for a request: by the policy of its caller and model, and by what the caller asked for.</summary>
internal sealed class CachePlanner(CachePolicies policies)
{
    // What most models take when the caller says nothing (wire.md 1.1).
    private const double UsualTemperature = 1;

    /// <summary>Decides.</summary>
    /// <param name="request">The valid request.</param>
    /// <param name="tiers">Its candidates.</param>
    /// <param name="control">What the caller asked for.</param>
    public CachePlan Plan(ModelRequest request, ImmutableArray<ImmutableArray<TargetDefinition>> tiers, CacheControl control)
    {
        var policy = policies.Of(request.Caller, request.Model);
        if (!policy.Enabled || control.NoStore || IsTooWarm(request, policy, control) || (request.HasTools && !policy.Tools && !control.Tools))
        {
            return new(null, policy) { OnlyIfCached = control.OnlyIfCached };
        }

        return new(CacheKeys.Of(request, tiers, policy.Scope), policy)
        {
            Looks = !control.NoCache,

            // In a shared scope others may keep answers for longer than this caller wants them.
            MaxAge = control.MaxAge < policy.TimeToLive ? control.MaxAge.Value : policy.TimeToLive,
            OnlyIfCached = control.OnlyIfCached,
        };
    }

    private static bool IsTooWarm(ModelRequest request, CachePolicy policy, CacheControl control) =>
        request is ChatRequest chat && !control.AnyTemperature && (chat.Temperature ?? UsualTemperature) > policy.MaxTemperature;
}
