using System.Text.Json.Nodes;

namespace ThotNet.Providers.Tests.Replay;

public sealed class ChunkAssemblerTests
{
    private const string Done = "data: [DONE]\n\n";

    private const string Role = """{"role":"assistant","content":""}""";

    private const string Head = """{"id":"c-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":""";

    private static string Chunk(string delta, string reason = "null", int choice = 0, string logProbs = "") =>
        $$"""data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":{{choice}},"delta":{{delta}}{{logProbs}},"finish_reason":{{reason}}}],"usage":null}"""
        + "\n\n";

    private static string Usage(string usage) =>
        $$"""data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{{usage}}}""" + "\n\n";

    private static JsonNode Message(params string[] deltas)
    {
        var answer = Bytes.Assemble(Chunk(Role) + string.Concat(deltas.Select(delta => Chunk(delta))) + Chunk("{}", "\"stop\"") + Done);
        return JsonNode.Parse(answer!)!["choices"]![0]!["message"]!;
    }

    [Fact]
    public void Text_InPieces_IsOneText_Wire12() => Assert.Equal(
        Head + """ "a\u00e9\nb\ud83d\ude00","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"total_tokens":8}}""".TrimStart(),
        Bytes.Assemble(
            Chunk(Role) + Chunk("""{"content":"a\u00e9\n"}""") + Chunk("""{"content":"b\ud83d"}""") + Chunk("""{"content":"\ude00"}""")
            + Chunk("{}", "\"stop\"") + Usage("""{"total_tokens":8}""") + Done));

    [Fact]
    public void ToolCalls_InPieces_AreWhole_Wire13() => Assert.Equal(
        Head + """
            null,"refusal":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"g":1}},{"id":"y","type":"function","function":{"name":"g","arguments":""}}]},"logprobs":null,"finish_reason":"tool_calls"}]}
            """,
        Bytes.Assemble(
            Chunk(Role)
            + Chunk("""{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\""},"extra_content":{"g":1}}]}""")
            + Chunk("""{"tool_calls":[{"index":1,"id":"y","type":"function","function":{"name":"g","arguments":""}}]}""")
            + Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}""")
            + Chunk("{}", "\"tool_calls\"") + Done));

    [Fact]
    public void LogProbs_InPieces_AreOneList_Wire12() => Assert.Equal(
        Head + """
            "ab","refusal":null},"logprobs":{"content":[{"token":"a"},{"token":"b"}],"refusal":null},"finish_reason":"length"}]}
            """,
        Bytes.Assemble(
            Chunk(Role) + Chunk("""{"content":"a"}""", logProbs: ",\"logprobs\":{\"content\":[{\"token\":\"a\"}],\"refusal\":null}")
            + Chunk("""{"content":"b"}""", logProbs: ",\"logprobs\":{\"content\":[{\"token\":\"b\"}],\"refusal\":null}")
            + Chunk("{}", "\"length\"", logProbs: ",\"logprobs\":{\"content\":[],\"refusal\":null}") + Done));

    [Fact]
    public void LogProbs_NullInSomePieces_AreThoseOfTheOthers_Wire12()
    {
        string[] pieces = ["""{"content":null,"refusal":null}""", """{"content":[1],"refusal":null}""", """{"content":null,"refusal":[2]}""", """{"content":[3]}"""];
        var chunks = pieces.Select(piece => Chunk("""{"content":"a"}""", logProbs: ",\"logprobs\":" + piece));
        var answer = Bytes.Assemble(Chunk(Role) + string.Concat(chunks) + Chunk("{}", "\"stop\"") + Done);
        Bytes.AssertSame(JsonNode.Parse("""{"content":[1,3],"refusal":[2]}"""), JsonNode.Parse(answer!)!["choices"]![0]!["logprobs"]);
    }

    [Fact]
    public void Choices_InAnyOrder_AreSorted()
    {
        var answer = Bytes.Assemble(
            Chunk(Role, choice: 1) + Chunk(Role) + Chunk("""{"content":"b"}""", choice: 1) + Chunk("""{"content":"a"}""") + Chunk("{}", "\"stop\"")
            + Chunk("{}", "\"stop\"", choice: 1) + Done);
        var choices = JsonNode.Parse(answer!)!["choices"]!.AsArray();
        Assert.Equal(["a", "b"], choices.Select(choice => (string?)choice!["message"]!["content"]));
        Assert.Equal([0, 1], choices.Select(choice => (int)choice!["index"]!));
    }

    [Fact]
    public void Extras_InPieces_AreJoinedByTheirKind()
    {
        var message = Message(
            """{"reasoning":"a","reasoning_details":[{"t":"x"}],"function_call":{"name":"f","arguments":"{"},"audio":{"id":"v","data":"AA","transcript":"h"}}""",
            """{"reasoning":"b","reasoning_details":[{"t":"y"},{"t":"z"}],"function_call":{"arguments":"}"},"audio":{"id":"v","data":"BB","transcript":"i","expires_at":5}}""");
        Bytes.AssertSame(
            JsonNode.Parse(
                """
                {"role":"assistant","content":null,"refusal":null,"function_call":{"name":"f","arguments":"{}"},"reasoning":"ab",
                 "reasoning_details":[{"t":"x"},{"t":"y"},{"t":"z"}],"audio":{"id":"v","data":"AABB","transcript":"hi","expires_at":5}}
                """),
            message);
    }

    [Fact]
    public void ReasoningDetails_InPieces_AreWholeBlocks_Wire22() => Bytes.AssertSame(
        JsonNode.Parse(
            """
            [{"type":"reasoning.text","text":"abc","format":"x","index":0,"signature":"s"},{"type":"reasoning.text","text":"d","index":1},
             {"type":"reasoning.encrypted","data":"A","index":1},{"type":"reasoning.encrypted","data":"B","index":1},{"type":"reasoning.summary","summary":"ef"}]
            """),
        Message(
            """{"reasoning_details":[{"type":"reasoning.text","text":"a","format":"x","index":0}]}""",
            """{"reasoning_details":[{"type":"reasoning.text","text":"b","format":"x","index":0}, {"type":"reasoning.text","text":"c","index":0,"signature":"s"}]}""",
            """{"reasoning_details":[{"type":"reasoning.text","text":"d","index":1}]}""",
            """{"reasoning_details":[{"type":"reasoning.encrypted","data":"A","index":1}]}""",
            """{"reasoning_details":[{"type":"reasoning.encrypted","data":"B","index":1}]}""",
            """{"reasoning_details":[{"type":"reasoning.summary","summary":"e"},{"type":"reasoning.summary","summary":"f"}]}""")["reasoning_details"]);

    [Fact]
    public void Content_ThatNeverCame_IsEmpty_OrNullWhereRefused_Wire12()
    {
        Assert.Equal("", (string?)Message()["content"]);
        Assert.Equal("", (string?)Message("""{"images":[1]}""")["content"]);
        Assert.Null(Message("""{"refusal":"no"}""")["content"]);
    }

    [Fact]
    public void Comments_AmongTheEvents_ArePassedOver_Wire13() =>
        Assert.NotNull(Bytes.Assemble(": wait\n\n" + Chunk(Role) + ": wait\n\n" + Chunk("{}", "\"stop\"") + Done));

    [Fact]
    public void Stream_NotComplete_IsRefused_Wire13()
    {
        var end = Chunk("{}", "\"stop\"");
        Assert.Null(Bytes.Assemble(Chunk(Role) + Done));
        Assert.Null(Bytes.Assemble(Chunk(Role) + end));
        Assert.Null(Bytes.Assemble(Chunk(Role) + Chunk(Role, choice: 1) + end + Done));
        Assert.Null(Bytes.Assemble(Chunk(Role) + end + "data: {\"error\":{\"message\":\"x\"}}\n\n" + Done));
        Assert.Null(Bytes.Assemble(Chunk(Role) + end.Replace("\"usage\":null", "\"error\":{\"message\":\"x\"}", StringComparison.Ordinal) + Done));
        Assert.Null(Bytes.Assemble(Usage("{}") + Done));
        Assert.Null(Bytes.Assemble(Done));
        Assert.Null(Bytes.Assemble(""));
    }

    [Fact]
    public void Stream_OutOfOrder_IsRefused()
    {
        var end = Chunk("{}", "\"stop\"");
        Assert.Null(Bytes.Assemble(Chunk(Role) + end + Done + Done));
        Assert.Null(Bytes.Assemble(Chunk(Role) + end + end + Done));
        Assert.Null(Bytes.Assemble(Chunk(Role) + end + Chunk("""{"content":"a"}""") + Done));
        Assert.Null(Bytes.Assemble(Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{}"}}]}""") + end + Done));
        Assert.Null(Bytes.Assemble(Chunk("""{"tool_calls":[{"index":1,"id":"x","function":{"name":"f","arguments":"{}"}}]}""") + end + Done));
        Assert.Null(Bytes.Assemble("event: x\n" + Chunk(Role) + end + Done));
    }

    [Fact]
    public void Name_ThatIsNoUnicode_IsRefused() =>
        Assert.Null(Bytes.Assemble(
            Chunk("""{"audio":{"\ud83d":1}}""") + Chunk("""{"audio":{"a":1}}""") + Chunk("{}", "\"stop\"") + Done));
}
