using System.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using ThotNet.Providers;
using ThotNet.Routing;
using ThotNet.Silo.Routing;

namespace ThotNet.Silo.Decisions;

/// <summary>Tells what was decided: to operators, to the trace, and to a caller who asks and may.</summary>
internal sealed class DecisionLog(RecentDecisions recent, ExplainRight right, Catalog catalog)
{
    /// <summary>The header by which a caller asks, with the value 1; in the answer it says <c>denied</c> to whom may not.</summary>
    public const string AskHeader = "x-thotnet-explain";

    /// <summary>The answer's header with the decision behind the newest attempt.</summary>
    public const string AnswerHeader = "x-thotnet-decision";

    /// <summary>Whether the caller asks.</summary>
    public static bool IsAskedBy(HttpContext http) => http.Request.Headers[AskHeader] == "1";

    /// <summary>Tells of a decision; before anything of the answer is sent, so that errors say it as well.</summary>
    /// <param name="http">The caller's side; null where several callers wait for the answer, none of whom has asked.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="decision">The decision; null for none.</param>
    public void Note(HttpContext? http, ModelRequest request, RouteDecision? decision)
    {
        if (decision is null)
        {
            return;
        }

        if (request.Audience is { } audience)
        {
            decision = decision with { Audience = audience.Name };
        }

        recent.Add(decision);
        DecisionTrace.Add(http is null ? Activity.Current : http.Features.Get<IHttpActivityFeature>()?.Activity, decision, catalog.Targets);
        if (http is { Response.HasStarted: false } && IsAskedBy(http))
        {
            Answer(http.Response.Headers, request.Caller, decision);
        }
    }

    private void Answer(IHeaderDictionary headers, string caller, RouteDecision decision)
    {
        if (right.Has(caller))
        {
            headers[AnswerHeader] = DecisionJson.ToHeader(decision, catalog.Targets);
        }
        else
        {
            headers[AskHeader] = "denied";
        }
    }
}
