using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ThotNet.ProviderSimulator.Serving;

namespace ThotNet.ProviderSimulator.Gemini;

/// <summary>
/// The pieces that whole answers and streams are made of (wire.md 4.3). What has its default value is left out: counts of 0, the index of
/// the first candidate.
/// </summary>
internal sealed class GenerateWriter(GenerateCall call, GenerateAnswer answer, Receipt receipt)
{
    private const string ThoughtText = "Considering the request.";

    private bool Signs => call.Generation == ModelGeneration.Gemini3;

    /// <summary>A response with the usage so far.</summary>
    public JsonObject Response(IEnumerable<JsonObject> candidates, JsonObject usage)
    {
        var response = new JsonObject { ["candidates"] = new JsonArray([.. candidates]) };
        return Close(response, usage);
    }

    /// <summary>The whole answer to a blocked prompt: no candidates.</summary>
    public JsonObject Blocked() => Close(
        new JsonObject
        {
            ["promptFeedback"] = new JsonObject
            {
                ["blockReason"] = answer.BlockReason,
                ["safetyRatings"] = new JsonArray(
                    new JsonObject { ["category"] = "HARM_CATEGORY_DANGEROUS_CONTENT", ["probability"] = "HIGH", ["blocked"] = true }),
            },
        },
        Usage(0, 0));

    public JsonObject Usage(int written, int thoughts)
    {
        var prompt = call.Chat.PromptTokens;
        var usage = new JsonObject { ["promptTokenCount"] = prompt };
        if (written > 0)
            usage["candidatesTokenCount"] = written;
        if (thoughts > 0)
            usage["thoughtsTokenCount"] = thoughts;
        usage["totalTokenCount"] = prompt + written + thoughts;
        usage["promptTokensDetails"] = new JsonArray(new JsonObject { ["modality"] = "TEXT", ["tokenCount"] = prompt });
        return usage;
    }

    public static JsonObject Candidate(int index, IEnumerable<JsonObject>? parts, string? finishReason = null)
    {
        var candidate = new JsonObject();
        if (parts is not null)
            candidate["content"] = new JsonObject { ["parts"] = new JsonArray([.. parts]), ["role"] = "model" };
        if (finishReason is not null)
            candidate["finishReason"] = finishReason;
        if (finishReason == "MALFORMED_FUNCTION_CALL")
            candidate["finishMessage"] = "Malformed function call: print(default_api.f(";
        if (index > 0)
            candidate["index"] = index;
        return candidate;
    }

    public static JsonObject Text(string text) => new() { ["text"] = text };

    public static JsonObject Thought() => new() { ["text"] = ThoughtText, ["thought"] = true };

    /// <summary>The last part of a streamed text: empty, and signed by models that sign.</summary>
    public JsonObject LastText()
    {
        var part = Text("");
        if (Signs && answer.Thoughts > 0)
            part["thoughtSignature"] = SignatureRules.Sign("", null);
        return part;
    }

    /// <summary>The calls of a candidate, the first of them signed by models that sign. Without parameters there are no arguments.</summary>
    public IEnumerable<JsonObject> Calls(Candidate candidate) => candidate.ToolCalls.Select((tool, index) =>
    {
        var function = new JsonObject { ["name"] = tool.Name };
        var known = call.Chat.Tools.FirstOrDefault(spec => spec.Name == tool.Name);
        var args = known.Parameters.ValueKind == JsonValueKind.Undefined ? null : JsonNode.Parse(tool.Arguments)!.AsObject();
        if (args is not null)
            function["args"] = args;
        var part = new JsonObject { ["functionCall"] = function };
        if (Signs)
            function["id"] = tool.Id["call_".Length..] + receipt.Number.ToString("x8", CultureInfo.InvariantCulture);
        if (Signs && index == 0)
            part["thoughtSignature"] = SignatureRules.Sign(tool.Name, args);
        return part;
    });

    /// <summary>Adds the probabilities of tokens to a candidate, if the caller wants them.</summary>
    public JsonObject WithLogprobs(JsonObject candidate, IReadOnlyList<string> pieces)
    {
        if (call.TopLogprobs is not { } top || pieces.Count == 0)
            return candidate;
        candidate["logprobsResult"] = new JsonObject
        {
            ["chosenCandidates"] = new JsonArray([.. pieces.Select(piece => Probability(piece, 0))]),
            ["topCandidates"] = new JsonArray([.. pieces.Select(piece => new JsonObject
            {
                ["candidates"] = new JsonArray([.. Enumerable.Range(0, top).Select(rank => Probability(piece, rank))]),
            })]),
        };
        return candidate;
    }

    private static JsonObject Probability(string piece, int rank) => new()
    {
        ["token"] = rank == 0 ? piece : $"{piece}{rank}",
        ["tokenId"] = 1000 + piece.Length + rank,
        ["logProbability"] = -0.25 - rank,
    };

    private JsonObject Close(JsonObject response, JsonObject usage)
    {
        response["usageMetadata"] = usage;
        response["modelVersion"] = call.Chat.Model;
        response["responseId"] = $"{answer.Id}{receipt.Number:x8}";
        return response;
    }
}
