using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Gemini.Answers;

/// <summary>Whatever is changed in good bytes, nothing throws, and whatever is written keeps OpenAI's rules (wire.md 1.2, 1.3).</summary>
public sealed class GeminiRobustnessTests
{
    private const string Good = """
        {"candidates":[{"content":{"parts":[{"text":"a\ud83d\ude00","thought":true},{"text":"b\u00e9\n"},{"functionCall":{"id":"i","name":"f","args":{"a":[1,"x"]}},
         "thoughtSignature":"c2ln"},{"inlineData":{"mimeType":"image\/png","data":"aGk="}},{"functionCall":{"name":"g"}}],"role":"model"},"finishReason":"STOP","index":0,
         "logprobsResult":{"chosenCandidates":[{"token":"b","logProbability":-0.5}],"topCandidates":[{"candidates":[{"token":"b"}]}]}},
         {"content":{"parts":[{"text":"c"},{"functionCall":{"name":"h","args":{}}}]},"finishReason":"MALFORMED_FUNCTION_CALL","index":1}],
         "promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":7,"thoughtsTokenCount":2,"totalTokenCount":14},"responseId":"r\u0031"}
        """;

    private const string Failing = """
        [{"error":{"code":429,"message":"Please retry in 4.7s, limit: 0, project_number:1234567","status":"RESOURCE_EXHAUSTED","details":[
         {"@type":"QuotaFailure","violations":[{"quotaId":"PerDay","quotaValue":"20"}]},{"@type":"RetryInfo","retryDelay":"3s"},{"reason":"API_KEY_INVALID"}]}}]
        """;

    private static readonly byte[] Spice = Encoding.UTF8.GetBytes("\"\\{}[]:,.0-9eEtfnud \r\n\u0000ÿ");

    private static readonly string?[] Legal = ["stop", "length", "tool_calls", "content_filter"];

    private readonly AdapterFixture _fixture = GeminiSamples.Fixture();

    private static Gen<byte[]> Changed(string text)
    {
        var good = Encoding.UTF8.GetBytes(text);
        return Gen.Select(Gen.Int[0, good.Length - 1], Gen.Int[0, Spice.Length - 1], Gen.Int[0, 3]).Array[0, 4].Select(changes =>
        {
            var bytes = good.ToList();
            foreach (var (at, spice, kind) in changes)
            {
                var index = Math.Min(at, bytes.Count - 1);
                if (kind == 0)
                    bytes[index] = Spice[spice];
                else if (kind == 1)
                    bytes.Insert(index, Spice[spice]);
                else if (kind == 2)
                    bytes.RemoveAt(index);
                else
                    bytes.RemoveRange(index, Math.Min(spice * 4, bytes.Count - index - 1));
            }

            return bytes.ToArray();
        });
    }

    [Fact]
    public void Answers_ChangedAtWill_FailOrKeepTheRules_Wire12() => Changed(Good).Sample(
        bytes =>
        {
            var output = new ArrayBufferWriter<byte>();
            var request = AdapterFixture.Request(AdapterFixture.WithMessages(AdapterFixture.Hello));
            var (_, failure) = _fixture.Adapter.TranslateAnswer(bytes, request, AdapterFixture.Target, AdapterFixture.Now, output);
            if (failure is not null)
                return;
            var choices = JsonNode.Parse(output.WrittenSpan)!["choices"]!.AsArray();
            Assert.NotEmpty(choices);
            foreach (var choice in choices)
            {
                Assert.Contains((string?)choice!["finish_reason"], Legal);
                Assert.Equal("assistant", (string?)choice["message"]!["role"]);
                foreach (var call in choice["message"]!["tool_calls"]?.AsArray() ?? [])
                    JsonNode.Parse((string)call!["function"]!["arguments"]!);
            }
        },
        iter: 3_000);

    [Fact]
    public void Streams_ChangedAtWill_KeepTheRules_Wire13() => Changed(Good).Array[1, 3].Sample(
        events =>
        {
            var request = AdapterFixture.Request(AdapterFixture.With("\"stream\":true"));
            var translator = _fixture.Adapter.CreateStreamTranslator(request, AdapterFixture.Target, AdapterFixture.Now);
            var output = new ArrayBufferWriter<byte>();
            foreach (var data in events)
            {
                var before = output.WrittenCount;
                var kind = translator.Translate([], data, output);
                if (kind is StreamEvent.Failed or StreamEvent.Malformed)
                    Assert.Equal(before, output.WrittenCount);
                if (kind == StreamEvent.Failed)
                    return;
            }

            var isFinished = translator.Finished;
            translator.Complete(output);
            if (isFinished)
                AssertRules(Encoding.UTF8.GetString(output.WrittenSpan));
        },
        iter: 2_000);

    [Fact]
    public void Failures_ChangedAtWill_HaveWords_Wire45() => Changed(Failing).Sample(
        bytes =>
        {
            using var response = new HttpResponseMessage();
            var failure = _fixture.Adapter.ReadFailure(429, response.Headers, bytes, AdapterFixture.Now);
            Assert.NotEmpty(failure.Message);
        },
        iter: 3_000);

    private static void AssertRules(string text)
    {
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        var choices = events[..^1].SelectMany(line => JsonNode.Parse(line["data: ".Length..])!["choices"]!.AsArray()).ToList();
        foreach (var choice in choices.GroupBy(choice => (int)choice!["index"]!))
        {
            Assert.NotNull(choice.First()!["delta"]!["role"]);
            Assert.Single(choice, piece => piece!["delta"]!["role"] is not null);
            Assert.Contains((string?)choice.Last()!["finish_reason"], Legal);
            Assert.Single(choice, piece => piece!["finish_reason"] is not null);
            var calls = choice.SelectMany(piece => piece!["delta"]!["tool_calls"]?.AsArray() ?? []).ToList();
            Assert.Equal(Enumerable.Range(0, calls.Count), calls.Select(call => (int)call!["index"]!));
        }
    }
}
