using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Tests.Replay;

/// <summary>The same answer as Gemini gives it whole and as a stream.</summary>
/// <param name="choices">What the model says; refusals are left out.</param>
/// <param name="escapes">Everything that is not ASCII is escaped.</param>
internal sealed class GeminiSample(SampleChoice[] choices, bool escapes)
{
    private readonly JsonSerializerOptions _options = new() { Encoder = escapes ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The complete answer.</summary>
    public string Whole => Answer([.. choices.Select((choice, index) => (JsonNode)Candidate(choice, index, Parts(choice), choice.Texts, ends: true))]);

    /// <summary>The data of the stream's events; each event has a part of one candidate.</summary>
    public List<string> Events =>
    [
        .. choices.SelectMany((choice, index) => Parts(choice).Select(part => Answer([Candidate(choice, index, [part], TextsOf(part), ends: false)]))),
        Answer([.. choices.Select((choice, index) => Candidate(choice, index, [], [], ends: true))]),
    ];

    private string Answer(JsonArray candidates) => new JsonObject
    {
        ["candidates"] = candidates,
        ["usageMetadata"] = new JsonObject { ["promptTokenCount"] = 3, ["candidatesTokenCount"] = 5, ["totalTokenCount"] = 8 },
        ["responseId"] = "r1",
    }.ToJsonString(_options);

    private static string[] TextsOf(JsonObject part) => part["text"] is { } text && part["thought"] is null ? [(string)text!] : [];

    private static JsonObject Candidate(SampleChoice choice, int index, List<JsonObject> parts, string[] texts, bool ends)
    {
        var candidate = new JsonObject { ["index"] = index, ["content"] = new JsonObject { ["parts"] = new JsonArray([.. parts]) } };
        if (ends)
            candidate["finishReason"] = choice.Reason is "length" ? "MAX_TOKENS" : choice.Reason is "content_filter" ? "SAFETY" : "STOP";
        if (choice.HasLogProbs && texts.Length > 0)
            candidate["logprobsResult"] = LogProbs(texts);
        return candidate;
    }

    private static List<JsonObject> Parts(SampleChoice choice) =>
    [
        .. choice.Thoughts.Select(text => new JsonObject { ["text"] = text, ["thought"] = true }),
        .. choice.Texts.Select(text => new JsonObject { ["text"] = text }),
        .. choice.Calls.Select((arguments, number) => new JsonObject
        {
            ["functionCall"] = new JsonObject { ["name"] = $"f{number}", ["args"] = new JsonObject { ["a"] = string.Concat(arguments) } },
            ["thoughtSignature"] = number == 0 ? "s" : null,
        }),
        .. Enumerable.Range(0, choice.Images).Select(number => new JsonObject
        {
            ["inlineData"] = new JsonObject { ["mimeType"] = "image/png", ["data"] = $"AAA{number}" },
        }),
    ];

    private static JsonObject LogProbs(string[] texts) => new()
    {
        ["chosenCandidates"] = new JsonArray([.. texts.Select(text => new JsonObject { ["token"] = text, ["logProbability"] = -0.5 })]),
        ["topCandidates"] = new JsonArray([.. texts.Select(text => new JsonObject { ["candidates"] = new JsonArray() })]),
    };
}
