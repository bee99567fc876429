using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.Providers.OpenAi;

namespace ThotNet.Providers.Tests.OpenAi;

/// <summary>What holds for every dialect: streams (wire.md 1.3).</summary>
public abstract class StreamContract(OpenAiDialect dialect)
{
    private const string Plain = "\"stream\":true";
    private const string WithUsage = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";
    private const string Role = """{"id":"x-1","created":1700000000,"model":"u","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";
    private const string Stop = """{"id":"x-1","created":1700000000,"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";

    private readonly AdapterFixture _fixture = new(dialect);

    private static string Delta(string delta, int index = 0, string finish = "null") =>
        $$"""{"id":"x-1","created":1700000000,"choices":[{"index":{{index}},"delta":{{delta}},"finish_reason":{{finish}}}]}""";

    private static string Text(string text, int index = 0) => Delta($"{{\"content\":\"{text}\"}}", index);

    private StreamRun Run(string fields, params string[] events) => _fixture.Stream(AdapterFixture.With(fields), events);

    [Fact]
    public void Translate_WholeStream_HasOpenAisOrder_Wire13()
    {
        var run = Run(Plain, Role, Text("Hel"), Text("lo"), Stop, "[DONE]");

        Assert.Equal(
            [StreamEvent.None, StreamEvent.Content, StreamEvent.Content, StreamEvent.None, StreamEvent.Done],
            run.Kinds);
        Assert.Equal(
            ["""{"role":"assistant","content":""}""", """{"content":"Hel"}""", """{"content":"lo"}""", "{}"],
            run.Deltas.Select(delta => delta.ToJsonString()));
        Assert.Equal([null, null, null, "stop"], run.Choices.Select(choice => (string?)choice["finish_reason"]));
        Assert.All(run.Chunks, chunk =>
        {
            Assert.Equal("x-1", (string?)chunk["id"]);
            Assert.Equal("chat.completion.chunk", (string?)chunk["object"]);
            Assert.Equal(1700000000, (long)chunk["created"]!);
            Assert.Equal("acme/org/model-1", (string?)chunk["model"]);
            Assert.False(chunk.ContainsKey("usage"));
        });
        Assert.True(run.Translator.Finished);
        Assert.Equal("data: [DONE]\n\n", run.Ending);
    }

    [Fact]
    public void Translate_IdAndTime_StayThoseOfTheFirstChunk_Wire13()
    {
        var run = Run(Plain,
            """{"id":"a","created":1700000000123,"choices":[{"index":0,"delta":{"content":"1"}}]}""",
            """{"id":"b","created":1800000000,"choices":[{"index":0,"delta":{"role":"assistant","content":"2"}}]}""");

        Assert.All(run.Chunks, chunk => Assert.Equal("a", (string?)chunk["id"]));
        Assert.All(run.Chunks, chunk => Assert.Equal(1700000000, (long)chunk["created"]!));
        Assert.Single(run.Deltas, delta => delta["role"] is not null);
    }

    [Fact]
    public void Translate_RoleOnlyAndEmptyDeltas_AreNoFirstByte_Wire22()
    {
        var run = Run(Plain, Role, Text(""), Delta("{}"), Delta("""{"content":null}"""), """{"choices":[]}""", "", """{"id":"x","object":"ping"}""");

        Assert.All(run.Kinds, kind => Assert.Equal(StreamEvent.None, kind));
        Assert.Equal("", run.Text);
        Assert.False(run.Translator.Finished);
    }

    [Theory]
    [InlineData("""{"content":"a"}""")]
    [InlineData("""{"content":" "}""")]
    [InlineData("""{"reasoning":"a"}""")]
    [InlineData("""{"reasoning_content":"a"}""")]
    [InlineData("""{"reasoning_details":[{"type":"reasoning.text","text":"a"}]}""")]
    [InlineData("""{"refusal":"a"}""")]
    [InlineData("""{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":""}}]}""")]
    public void Translate_Content_IsTheFirstByteAndKept_Wire22(string delta)
    {
        var run = Run(Plain, Delta(delta));

        Assert.Equal([StreamEvent.Content], run.Kinds);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(delta), run.Deltas.Last()));
    }

    [Fact]
    public void Translate_ContentWithFinish_IsSplit_Wire13()
    {
        var run = Run(Plain, Delta("""{"role":"assistant","content":"all"}""", finish: "\"length\""));

        Assert.Equal("all", run.Content);
        Assert.Equal("length", run.FinishReason);
        Assert.Equal("{}", run.Deltas.Last().ToJsonString());
        Assert.Equal([StreamEvent.Content], run.Kinds);
    }

    [Theory]
    [InlineData("abort", "stop")]
    [InlineData("MAX_TOKENS", "length")]
    [InlineData("PROHIBITED_CONTENT", "content_filter")]
    [InlineData("brand_new", "stop")]
    public void Translate_FinishReason_IsAlwaysLegal_Wire12(string given, string expected) =>
        Assert.Equal(expected, Run(Plain, Text("a"), Delta("{}", finish: $"\"{given}\"")).FinishReason);

    [Fact]
    public void Translate_SecondFinish_IsLeftOut_Wire13()
    {
        var run = Run(Plain, Text("a"), Stop, Stop, Text("late"));

        Assert.Equal("stop", run.FinishReason);
        Assert.Equal("a", run.Content);
    }

    [Fact]
    public void Translate_SeveralChoices_FinishEachForItself_Wire13()
    {
        var run = Run(Plain,
            """{"id":"x","choices":[{"index":0,"delta":{"content":"a"}},{"index":1,"delta":{"content":"b"}}]}""",
            Delta("{}", 0, "\"stop\""));

        Assert.False(run.Translator.Finished);
        Assert.Equal([0, 0, 1, 1, 0], run.Choices.Select(choice => (int)choice["index"]!));
        Assert.True(Run(Plain, Text("a"), Text("b", 1), Delta("{}", 0, "\"stop\""), Delta("{}", 1, "\"stop\"")).Translator.Finished);
    }

    [Theory]
    [InlineData("""{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""")]
    [InlineData("""{"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}}""")]
    [InlineData("""{"id":"x","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"cost":0.01}}""")]
    public void Translate_Usage_IsTakenFromWhereverItStands_Wire35(string chunk)
    {
        var asked = Run(WithUsage, Text("a"), chunk);
        var unasked = Run(Plain, Text("a"), chunk);

        Assert.Equal(new TokenUsage(3, 4, 7), asked.Translator.Usage);
        Assert.All(asked.Chunks, sent => Assert.True(sent.ContainsKey("usage") && sent["usage"] is null));
        var last = Assert.Single(asked.EndingChunks);
        Assert.Empty(last["choices"]!.AsArray());
        Assert.Equal(7, (int)last["usage"]!["total_tokens"]!);
        Assert.Equal((string?)asked.Chunks[0]["id"], (string?)last["id"]);
        Assert.EndsWith("data: [DONE]\n\n", asked.Ending, StringComparison.Ordinal);
        Assert.Equal(new TokenUsage(3, 4, 7), unasked.Translator.Usage);
        Assert.DoesNotContain("usage", unasked.Text + unasked.Ending, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_UsageTwice_IsSentOnceAndTheLastCounts_Wire35()
    {
        var run = Run(WithUsage, Text("a"),
            """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""",
            """{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}""",
            """{"choices":[],"usage":null}""");

        Assert.Equal(7, (int)Assert.Single(run.EndingChunks)["usage"]!["total_tokens"]!);
    }

    [Fact]
    public void Translate_ToolCallInPieces_IsNumberedOnce_Wire13()
    {
        var run = Run(Plain,
            Delta("""{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\""}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":null,"arguments":":1}"}}]}"""),
            Delta("""{"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]}"""),
            Delta("{}", finish: "\"tool_calls\""));

        var calls = run.Deltas.Where(delta => delta["tool_calls"] is not null).Select(delta => delta["tool_calls"]![0]!.AsObject()).ToList();
        Assert.Equal([0, 0, 0, 1], calls.Select(call => (int)call["index"]!));
        Assert.Equal(["c1", null, null, "c2"], calls.Select(call => (string?)call["id"]));
        Assert.Equal("{\"a\":1}", string.Concat(calls.Take(3).Select(call => (string?)call["function"]!["arguments"])));
        Assert.Equal(["index", "function"], calls[1].Select(field => field.Key));
        Assert.Equal("tool_calls", run.FinishReason);
    }

    [Fact]
    public void Translate_ToolCallsWithoutIndex_AreNumberedOverChunks_Wire41()
    {
        var run = Run(Plain,
            Delta("""{"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","function":{"name":"g","arguments":"{}"}}]}"""),
            Delta("""{"tool_calls":[{"function":{"name":"h","arguments":"{}"}}]}"""),
            Delta("""{"tool_calls":[{"extra_content":{"google":{"thought_signature":"s"}}}]}"""));

        var calls = run.Deltas.SelectMany(delta => delta["tool_calls"]?.AsArray() ?? []).ToList();
        Assert.Equal([0, 1, 2, 2], calls.Select(call => (int)call!["index"]!));
        Assert.False(string.IsNullOrEmpty((string?)calls[2]!["id"]));
        Assert.Equal("s", (string?)calls[3]!["extra_content"]!["google"]!["thought_signature"]);
    }

    [Fact]
    public void Translate_ToolCallsThatAllSayZero_AreToldApart_Wire13()
    {
        var run = Run(Plain,
            Delta("""{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}"""),
            Delta("""{"tool_calls":[{"index":0,"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]}"""));

        Assert.Equal([0, 1], run.Deltas.SelectMany(delta => delta["tool_calls"]?.AsArray() ?? []).Select(call => (int)call!["index"]!));
    }

    [Theory]
    [InlineData("""{"error":{"message":"down","type":"server_error","code":null}}""")]
    [InlineData("""{"error":"down"}""")]
    [InlineData("""{"id":"x","error":{"code":"server_error","message":"down"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}""")]
    [InlineData("""{"id":"x","error":{"code":502,"message":"down"},"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"error","error":{"message":"down","code":502}}]}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{}}],"x_groq":{"error":"down"}}""")]
    [InlineData("""error|{"error":{"message":"down"}}""")]
    [InlineData("""error|{"message":"down"}""")]
    public void Translate_Error_EndsTheStreamWithoutOutput_Wire13(string chunk)
    {
        var run = Run(Plain, Text("a"), chunk);

        Assert.Equal(StreamEvent.Failed, run.Kinds.Last());
        Assert.Equal(FailureClass.Transient, run.Translator.Failure!.Class);
        Assert.Equal("down", run.Translator.Failure.Message);
        Assert.False(run.Translator.Finished);
    }

    [Theory]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":"x""")]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("5")]
    [InlineData("""{"choices":[]} {}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"tool_calls":[{"\ud800":1}]}}]}""")]
    public void Translate_Broken_IsDropped_Wire13(string chunk)
    {
        var run = Run(Plain, Text("a"), chunk, Text("b"), Stop);

        Assert.Equal(StreamEvent.Malformed, run.Kinds[1]);
        Assert.Equal("ab", run.Content);
        Assert.True(run.Translator.Finished);
    }

    [Fact]
    public void Translate_InvalidUtf8_IsDropped()
    {
        var translator = _fixture.Adapter.CreateStreamTranslator(
            AdapterFixture.Request(AdapterFixture.With(Plain)), AdapterFixture.Target, AdapterFixture.Now);
        var output = new ArrayBufferWriter<byte>();

        var kind = translator.Translate([], [.. "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\""u8, 0xFF, .. "\"}}]}"u8], output);

        Assert.Equal(StreamEvent.Malformed, kind);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Translate_DataOverSeveralLines_IsWrittenOnOne_Wire13()
    {
        var run = Run(Plain, "{\"id\":\"x\",\n\"choices\":[{\"index\":0,\r\n\"delta\":{\"content\":\"a\",\"reasoning_details\":[\n{}\r\n]}}]}");

        Assert.Equal(StreamEvent.Content, Assert.Single(run.Kinds));
        Assert.Equal("a", run.Content);
    }

    [Fact]
    public void Translate_Text_IsKeptByteForByte_Wire13()
    {
        var run = Run(Plain, Text("ü\\u00fc\\\"\\n<>&'😀"));

        Assert.Contains("ü\\u00fc\\\"\\n<>&'😀", run.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_LogProbs_GoWithTheirContent_Wire13()
    {
        var run = Run(Plain, """{"choices":[{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-1}]}}]}""", Stop);

        Assert.Equal("a", (string?)run.Choices.ElementAt(1)["logprobs"]!["content"]![0]!["token"]);
        Assert.Null(run.Choices.Last()["logprobs"]);
    }

    [Fact]
    public void Translate_NothingButFinish_IsStillAnAnswer_Wire13()
    {
        var run = Run(Plain, Role, Stop);

        Assert.Equal(["""{"role":"assistant","content":""}""", "{}"], run.Deltas.Select(delta => delta.ToJsonString()));
        Assert.True(run.Translator.Finished);
    }

    [Fact]
    public void Translate_ContentChunk_AllocatesNothing()
    {
        var translator = _fixture.Adapter.CreateStreamTranslator(
            AdapterFixture.Request(AdapterFixture.With(Plain)), AdapterFixture.Target, AdapterFixture.Now);
        var output = new ArrayBufferWriter<byte>(1 << 20);
        var chunk = Encoding.UTF8.GetBytes(Text("hello"));

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 100; i++)
                translator.Translate([], chunk, output);
        }));
    }
}

public sealed class GenericStreamTests() : StreamContract(OpenAiDialect.Generic);

public sealed class OpenRouterStreamTests() : StreamContract(OpenAiDialect.OpenRouter);

public sealed class GroqStreamTests() : StreamContract(OpenAiDialect.Groq);
