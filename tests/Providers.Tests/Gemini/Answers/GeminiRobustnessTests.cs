using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ThotNet.Providers.Embeddings;
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

    private const string Vectors = """
        {"embeddings":[{"values":[0.5,-1e-3,12345678901234567890]},{"x":[1],"values":[1,2,3]}],"more":[{"x":"\u0041"}]}
        """;

    private static readonly string?[] Legal = ["stop", "length", "tool_calls", "content_filter"];

    private readonly AdapterFixture _fixture = GeminiSamples.Fixture();

    [Fact]
    public void Answers_ChangedAtWill_FailOrKeepTheRules_Wire12() => Changed.Bytes(Good).MustHold(
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
    public void Streams_ChangedAtWill_KeepTheRules_Wire13() => Changed.Bytes(Good).Array[1, 3].MustHold(
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

            translator.Complete(output);
            StreamRules.AssertKept(Encoding.UTF8.GetString(output.WrittenSpan), translator.Finished);
        },
        iter: 2_000);

    [Fact]
    public void Embeddings_ChangedAtWill_FailOrHaveOneVectorForEachInput_Rule55() => Gen.Select(Changed.Bytes(Vectors), Gen.Bool).MustHold(
        (bytes, base64) =>
        {
            var request = new EmbeddingsRequest { Body = "{}"u8.ToArray(), Model = "m", Inputs = [0..2, 0..2], Base64 = base64 };
            var output = new ArrayBufferWriter<byte>();
            var (_, failure) = _fixture.Adapter.TranslateAnswer(bytes, request, AdapterFixture.Target, AdapterFixture.Now, output);
            if (failure is not null)
                return;
            var data = JsonNode.Parse(output.WrittenSpan)!["data"]!.AsArray();
            Assert.Equal([0, 1], data.Select(item => (int)item!["index"]!));
            Assert.All(data, item => Assert.True(base64 ? ((string?)item!["embedding"])!.Length > 0 : item!["embedding"]!.AsArray().Count > 0));
        },
        iter: 3_000);
}
