using System.Collections.Immutable;
using ThotNet.Grains.Abstractions.Routing;

namespace ThotNet.Silo.Routing;

/// <summary>What became of a candidate when a target was picked.</summary>
public enum CandidateOutcome
{
    /// <summary>Another was taken before it was its turn.</summary>
    NotNeeded,

    /// <summary>It was taken.</summary>
    Chosen,

    /// <summary>It is off: its model is gone or its provider's key was refused.</summary>
    Disabled,

    /// <summary>It failed this request before, and is not tried again.</summary>
    Failed,

    /// <summary>It failed this request before, and rests.</summary>
    Resting,

    /// <summary>It keeps failing, or its provider closed the quota.</summary>
    Closed,

    /// <summary>Its budgets have no room.</summary>
    NoHeadroom,

    /// <summary>Others wait for its budgets.</summary>
    OthersFirst,

    /// <summary>It has room, but costs so much that it is better to wait for another.</summary>
    TooDear,
}

/// <summary>One candidate of a decision.</summary>
/// <param name="Target">Its place in the order of configuration.</param>
/// <param name="Price">What the request would cost there; see <see cref="QuotaPrices"/>.</param>
/// <param name="Credit">How many requests it was behind its share; below 0 ahead of it.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="ReadyIn">After how long it may serve, as far as that was known; zero for now.</param>
public readonly record struct RouteCandidate(int Target, double Price, double Credit, CandidateOutcome Outcome, TimeSpan ReadyIn);

/// <summary>Why a request went where it went. Cheap to make: words are made of it when somebody asks.</summary>
/// <param name="At">When it was decided.</param>
/// <param name="RequestId">The request.</param>
/// <param name="Model">What model was asked for.</param>
/// <param name="Attempt">1 for its first attempt.</param>
/// <param name="Candidates">All candidates, in the order in which they were considered.</param>
/// <param name="Waited">How long it waited for headroom until then.</param>
/// <param name="Table">The route table that advised, with the headroom of every budget; null without one.</param>
public sealed record RouteDecision(
    DateTimeOffset At, string RequestId, string Model, int Attempt, ImmutableArray<RouteCandidate> Candidates, TimeSpan Waited, RouteTable? Table)
{
    /// <summary>The kind of caller that restricted the candidates, or null.</summary>
    public string? Audience { get; init; }
}
