using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.Providers.Tests.Replay;

/// <summary>The same answer as an OpenAI-like provider gives it whole and as a stream.</summary>
/// <param name="choices">What the model says.</param>
/// <param name="escapes">Everything that is not ASCII is escaped.</param>
internal sealed class OpenAiSample(SampleChoice[] choices, bool escapes)
{
    private const string Usage = """{"prompt_tokens":3,"completion_tokens":5,"total_tokens":8}""";

    private readonly JsonSerializerOptions _options = new() { Encoder = escapes ? JavaScriptEncoder.Default : JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The complete answer.</summary>
    public string Whole => Head("chat.completion", new JsonArray([.. choices.Select((choice, index) => WholeChoice(choice, index))]), JsonNode.Parse(Usage));

    /// <summary>The data of the stream's events, without the end marker; the choices take turns.</summary>
    public List<string> Events
    {
        get
        {
            var deltas = choices.Select((choice, index) => new Queue<JsonObject>(Pieces(choice).Select(piece => Placed(piece, index)))).ToList();
            var events = new List<string>();
            while (deltas.Any(queue => queue.Count > 0))
                events.AddRange(deltas.Where(queue => queue.Count > 0).Select(queue => Head("chat.completion.chunk", new JsonArray(queue.Dequeue()), null)));
            events.Add(Head("chat.completion.chunk", [], JsonNode.Parse(Usage)));
            return events;
        }
    }

    private string Head(string kind, JsonArray items, JsonNode? usage) => new JsonObject
    {
        ["id"] = "gen-1",
        ["object"] = kind,
        ["created"] = 1_700_000_000,
        ["model"] = "x",
        ["choices"] = items,
        ["usage"] = usage,
    }.ToJsonString(_options);

    private static JsonObject WholeChoice(SampleChoice choice, int index)
    {
        var hasOther = choice.Calls.Length > 0 || choice.Refusal.Length > 0;
        var message = new JsonObject { ["role"] = "assistant", ["content"] = choice.Content.Length == 0 && hasOther ? null : choice.Content };
        if (choice.Refusal.Length > 0)
            message["refusal"] = choice.Refusal;
        if (choice.Reasoning.Length > 0)
            message["reasoning"] = choice.Reasoning;
        if (choice.Calls.Length > 0)
            message["tool_calls"] = new JsonArray([.. choice.Calls.Select((arguments, number) => Call(number, string.Concat(arguments), index: null))]);
        if (choice.Images > 0)
            message["images"] = new JsonArray([.. Enumerable.Range(0, choice.Images).Select(Image)]);
        return new JsonObject
        {
            ["index"] = index,
            ["message"] = message,
            ["logprobs"] = choice.HasLogProbs && choice.Texts.Length > 0 ? LogProbs(choice.Texts) : null,
            ["finish_reason"] = choice.Reason,
        };
    }

    private static JsonObject Placed(JsonObject piece, int index)
    {
        piece["index"] = index;
        return piece;
    }

    private static IEnumerable<JsonObject> Pieces(SampleChoice choice)
    {
        yield return Piece(new JsonObject { ["role"] = "assistant", ["content"] = "" });
        foreach (var text in choice.Thoughts)
            yield return Piece(new JsonObject { ["reasoning"] = text, ["content"] = null });
        foreach (var text in choice.Texts)
            yield return Piece(new JsonObject { ["content"] = text }, logProbs: choice.HasLogProbs ? LogProbs([text]) : null);
        foreach (var text in choice.Refusals)
            yield return Piece(new JsonObject { ["refusal"] = text });
        for (var number = 0; number < choice.Calls.Length; number++)
        {
            yield return Piece(new JsonObject { ["tool_calls"] = new JsonArray(Call(number, "", number)) });
            foreach (var text in choice.Calls[number])
                yield return Piece(Arguments(number, text));
        }

        for (var number = 0; number < choice.Images; number++)
            yield return Piece(new JsonObject { ["images"] = new JsonArray(Image(number)) });
        yield return Piece([], choice.Reason);
    }

    private static JsonObject Arguments(int number, string text) => new()
    {
        ["tool_calls"] = new JsonArray(new JsonObject { ["index"] = number, ["function"] = new JsonObject { ["arguments"] = text } }),
    };

    private static JsonObject Piece(JsonObject delta, string? reason = null, JsonNode? logProbs = null) =>
        new() { ["delta"] = delta, ["logprobs"] = logProbs, ["finish_reason"] = reason };

    private static JsonObject Call(int number, string arguments, int? index)
    {
        var call = new JsonObject
        {
            ["id"] = $"call_{number}",
            ["type"] = "function",
            ["function"] = new JsonObject { ["name"] = $"f{number}", ["arguments"] = arguments },
        };
        if (number == 0)
            call["extra_content"] = new JsonObject { ["google"] = new JsonObject { ["thought_signature"] = "s" } };
        if (index is { } given)
            call["index"] = given;
        return call;
    }

    private static JsonObject Image(int number) =>
        new() { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = $"data:image/png;base64,AAA{number}" } };

    private static JsonObject LogProbs(string[] texts) => new()
    {
        ["content"] = new JsonArray([.. texts.Select(text => new JsonObject { ["token"] = text, ["logprob"] = -0.5, ["top_logprobs"] = new JsonArray() })]),
        ["refusal"] = null,
    };
}
