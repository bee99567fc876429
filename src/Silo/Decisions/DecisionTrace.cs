using System.Collections.Immutable;
using System.Diagnostics;
using ThotNet.Routing;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Decisions;

/// <summary>A decision as an event of the request's span.</summary>
internal static class DecisionTrace
{
    /// <summary>Name of the event, and what the names of its attributes begin with.</summary>
    public const string EventName = "thotnet.route";

    /// <summary>Adds the event, if the span is recorded.</summary>
    public static void Add(Activity? activity, RouteDecision decision, ImmutableArray<TargetDefinition> targets)
    {
        if (activity is not { IsAllDataRequested: true })
        {
            return;
        }

        activity.AddEvent(new ActivityEvent(EventName, decision.At, new ActivityTagsCollection
        {
            ["thotnet.route.model"] = decision.Model,
            ["thotnet.route.audience"] = decision.Audience,
            ["thotnet.route.chosen"] = DecisionJson.ChosenOf(decision, targets),
            ["thotnet.route.attempt"] = decision.Attempt,
            ["thotnet.route.waited"] = decision.Waited.TotalSeconds,
            ["thotnet.route.candidates"] = decision.Candidates
                .Select(candidate => $"{targets[candidate.Target].Id} {DecisionJson.WordOf(candidate.Outcome)}").ToArray(),
        }));
    }
}
