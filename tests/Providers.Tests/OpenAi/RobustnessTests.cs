using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>Whatever is changed in good bytes, nothing throws, and whatever is accepted leads to valid JSON.</summary>
public sealed class RobustnessTests
{
    private const string Good = """
        {"model":"auto","stream":true,"n":1,"stop":["a"],"temperature":0.5,"messages":[{"role":"developer","name":"x","content":"a\u00e9\n"},
         {"role":"user","content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"https:\/\/x"}},
          {"type":"image_url","image_url":{"url":"data:image\/png;base64,AAAA"}}]},
         {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},
         {"role":"tool","tool_call_id":"c","content":"1"},{"role":"assistant","function_call":{"name":"f","arguments":"{}"}},
         {"role":"function","name":"f","content":"2"}],"functions":[{"name":"f","parameters":{"$ref":"#/$defs/a~1b","$defs":{"a/b":{"enum":["x"]}}}}],"function_call":"auto","response_format":{"type":"json_object"}}
        """;

    private const string Chunk = """
        {"id":"x\u0041","created":1700000000.5,"choices":[{"index":0,"delta":{"role":"assistant","content":"a\ud83d\ude00","reasoning_details":[{"a":[1]}],
         "tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":{"a":1}}}]},"logprobs":{"content":[]},"finish_reason":"stop"}],
         "x_groq":{"usage":{"prompt_tokens":1,"completion_tokens":2}},"usage":{"prompt_tokens":1.5,"completion_tokens_details":{"reasoning_tokens":2}}}
        """;

    private const string Text = """
        {"id":"y","choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"tool_calls":[{"id":"d","function":{"name":"g","arguments":"{}"}},{"function":{"arguments":""}}]}}]}
        """;

    private const string Embedding = """
        {"model":"auto","input":["a\u00e9","b"],"encoding_format":"base64","dimensions":8,"user":"u","more":[{"x":1}]}
        """;

    private const string Vectors = """
        {"object":"list","data":[{"index":1,"embedding":[0.1,-2e-5]},{"index":0,"embedding":"AACAPwAAIMA="}],"usage":{"prompt_tokens":3,"total_tokens":3}}
        """;

    private static readonly OpenAiDialect[] Dialects = [OpenAiDialect.Generic, OpenAiDialect.OpenRouter, OpenAiDialect.Groq];

    private static void AssertJson(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        while (reader.Read())
        {
        }
    }

    /// <summary>Asserts that the body of the message that each dialect makes is JSON.</summary>
    private static void AssertWritesJson(Func<IProviderAdapter, HttpRequestMessage> createRequest)
    {
        foreach (var dialect in Dialects)
        {
            using var message = createRequest(new AdapterFixture(dialect).Adapter);
            using var body = new MemoryStream();
            message.Content!.CopyTo(body, null, CancellationToken.None);
            AssertJson(body.ToArray());
        }
    }

    [Fact]
    public void Requests_ChangedAtWill_AreRefusedOrWrittenAsJson() => Changed.Bytes(Good).MustHold(
        bytes =>
        {
            var error = ChatRequestReader.Read(bytes, out var request);
            Assert.Equal(error is null, request is not null);
            if (request is not null)
                AssertWritesJson(adapter => adapter.CreateRequest(request, AdapterFixture.Target));
        },
        iter: 3_000);

    [Fact]
    public void Streams_ChangedAtWill_KeepTheRules_Wire13() => Changed.Bytes(Chunk, Text, "[DONE]").Array[1, 4].MustHold(
        events =>
        {
            foreach (var dialect in Dialects)
            {
                var translator = new AdapterFixture(dialect).Adapter.CreateStreamTranslator(
                    AdapterFixture.Request(AdapterFixture.With("\"stream\":true")), AdapterFixture.Target, AdapterFixture.Now);
                var output = new ArrayBufferWriter<byte>();
                foreach (var data in events)
                {
                    var before = output.WrittenCount;
                    var kind = translator.Translate([], data, output);
                    Assert.True(output.WrittenCount == before || kind is StreamEvent.Content or StreamEvent.None);
                }

                translator.Complete(output);
                StreamRules.AssertKept(Encoding.UTF8.GetString(output.WrittenSpan), translator.Finished);
            }
        },
        iter: 1_500);

    [Fact]
    public void Answers_ChangedAtWill_FailOrAreWrittenAsJson() => Changed.Bytes(Chunk.Replace("delta", "message", StringComparison.Ordinal)).MustHold(
        bytes =>
        {
            foreach (var dialect in Dialects)
            {
                var output = new ArrayBufferWriter<byte>();
                var (_, failure) = new AdapterFixture(dialect).Adapter.TranslateAnswer(bytes, AdapterFixture.Request(AdapterFixture.WithMessages(AdapterFixture.Hello)), AdapterFixture.Target, AdapterFixture.Now, output);
                if (failure is null)
                    AssertJson(output.WrittenSpan);
            }
        },
        iter: 3_000);

    [Fact]
    public void EmbeddingsRequests_ChangedAtWill_AreRefusedOrWrittenAsJson() => Changed.Bytes(Embedding).MustHold(
        bytes =>
        {
            var error = EmbeddingsRequestReader.Read(bytes, out var request);
            Assert.Equal(error is null, request is not null);
            if (request is not null)
                AssertWritesJson(adapter => adapter.CreateRequest(request, AdapterFixture.Target));
        },
        iter: 3_000);

    [Fact]
    public void EmbeddingsAnswers_ChangedAtWill_FailOrAreWrittenAsJson() => Changed.Bytes(Vectors).MustHold(
        bytes =>
        {
            foreach (var body in new[] { Embedding, Embedding.Replace("base64", "float", StringComparison.Ordinal) })
            {
                Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
                var output = new ArrayBufferWriter<byte>();
                var (_, failure) = new AdapterFixture(OpenAiDialect.Generic).Adapter.TranslateAnswer(
                    bytes, request!, AdapterFixture.Target, AdapterFixture.Now, output);
                if (failure is null)
                    AssertJson(output.WrittenSpan);
            }
        },
        iter: 3_000);
}
