using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>How turns with calls of functions and turns with their results must follow each other (wire.md 4.6 rules 5 and 17).</summary>
internal static class TurnRules
{
    private const string Order =
        "Please ensure that function call turn comes immediately after a user turn or after a function response turn.";

    private const string Count =
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";

    public static Problem? Check(JsonObject request)
    {
        List<JsonObject> asked = [];
        var before = "";
        foreach (var content in Rules.Objects(request["contents"]))
        {
            var parts = Rules.Objects(content["parts"]).ToList();
            var role = (string?)content["role"] ?? "user";
            var calls = Named(parts, "functionCall");
            var responses = Named(parts, "functionResponse");
            if ((CheckRoles(role, before, calls, responses, asked) ?? CheckResponses(parts, responses, asked)) is { } problem)
                return problem;
            (asked, before) = (calls, role);
        }

        return null;
    }

    private static List<JsonObject> Named(List<JsonObject> parts, string name) =>
        [.. parts.Where(part => part.ContainsKey(name)).Select(part => part[name]!.AsObject())];

    private static Problem? CheckRoles(
        string role, string before, List<JsonObject> calls, List<JsonObject> responses, List<JsonObject> asked)
    {
        if (calls.Count > 0 && (role != "model" || before != "user"))
            return new(Order);
        return responses.Count > 0 && (role != "user" || asked.Count == 0)
            ? new("Please ensure that function response turn comes immediately after a function call turn.")
            : null;
    }

    /// <summary>As many results as calls, in their order, and before anything else that the turn says.</summary>
    private static Problem? CheckResponses(List<JsonObject> parts, List<JsonObject> responses, List<JsonObject> asked)
    {
        if (responses.Count != asked.Count || !parts.Take(responses.Count).All(part => part.ContainsKey("functionResponse")))
            return new(Count);
        for (var i = 0; i < asked.Count; i++)
        {
            var (call, response) = (asked[i], responses[i]);
            if ((string?)call["name"] != (string?)response["name"])
                return new($"Function response name '{response["name"]}' does not match function call name '{call["name"]}'.");
            if (call["id"] is { } id && response["id"] is { } answered && (string?)id != (string?)answered)
                return new($"Function response id '{answered}' does not match function call id '{id}'.");
        }

        return null;
    }
}
