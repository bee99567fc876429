using System.Text.Json;
using ThotNet.Routing;
using ThotNet.Silo.Decisions;

namespace ThotNet.Silo.Endpoints;

/// <summary><c>GET /ops/api/decisions</c>: the newest decisions of this silo, the newest first.</summary>
internal static class DecisionsEndpoint
{
    /// <summary>How many at most.</summary>
    public const int Most = 100;

    /// <summary>Lists them.</summary>
    public static async Task ListAsync(HttpContext http, RecentDecisions recent, Catalog catalog)
    {
        http.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(http.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteStartArray("decisions");
        foreach (var decision in recent.Newest(Most))
        {
            DecisionJson.Write(json, decision, catalog.Targets);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(http.RequestAborted);
    }
}
