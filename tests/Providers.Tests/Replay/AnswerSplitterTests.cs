using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.Providers.Replay;

namespace ThotNet.Providers.Tests.Replay;

public sealed class AnswerSplitterTests
{
    private const string Head = """data: {"id":"c-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[""";

    private static byte[] Answer(string choice, string more = "") =>
        Bytes.Of($$"""{"id":"c-1","object":"chat.completion","created":1,"model":"m","choices":[{{choice}}]{{more}}}""");

    private static string Choice(string message, string logProbs = "null", string reason = "stop") =>
        $$"""{"index":0,"message":{"role":"assistant",{{message}}},"logprobs":{{logProbs}},"finish_reason":"{{reason}}"}""";

    private static string Chunk(string rest, string usage = "") => Head + "{\"index\":0,\"delta\":" + rest + "}]" + usage + "}\n\n";

    private static string Delta(string delta) => Chunk(delta + ",\"finish_reason\":null");

    private static List<string> Contents(string text) =>
    [
        .. Bytes.Split(Answer(Choice($"\"content\":\"{text}\"")))!
            .Where(line => line.Contains("\"delta\":{\"content\":", StringComparison.Ordinal))
            .Select(line => line[(Head.Length + "{\"index\":0,\"delta\":{\"content\":\"".Length)..^"\"},\"finish_reason\":null}]}\n\n".Length]),
    ];

    [Fact]
    public void Text_Short_IsRolePieceFinishDone_Wire13() => Assert.Equal(
        [Delta("""{"role":"assistant","content":""}"""), Delta("""{"content":"a\n"}"""), Chunk("""{},"finish_reason":"stop" """.Trim()), "data: [DONE]\n\n"],
        Bytes.Split(Answer(Choice("""  "content":"a\n","refusal":null"""), """,  "usage":{"total_tokens":8}""")));

    [Fact]
    public void Usage_AskedFor_ComesOnce_Wire13() => Assert.Equal(
        [
            Chunk("""{"role":"assistant","content":""},"finish_reason":null""", ",\"usage\":null"), Chunk("""{},"finish_reason":"stop" """.Trim(), ",\"usage\":null"),
            Head + "],\"usage\":{\"total_tokens\":8}}\n\n", "data: [DONE]\n\n",
        ],
        Bytes.Split(Answer(Choice("""  "content":"","refusal":null"""), """,  "usage":{"total_tokens":8}"""), includeUsage: true));

    [Fact]
    public void Usage_AskedForButUnknown_IsLeftOut() =>
        Assert.Equal("data: [DONE]\n\n", Bytes.Split(Answer(Choice("\"content\":\"\"")), includeUsage: true)![2]);

    [Fact]
    public void Call_IsWholeInOneChunk_Wire13() => Assert.Equal(
        [
            Delta("""{"tool_calls":[{"index":0,"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"g":1}}]}"""),
            Delta("""{"tool_calls":[{"index":1,"id":"y","type":"function","function":{"name":"g","arguments":""}}]}"""),
            Chunk("""{},"finish_reason":"tool_calls" """.Trim()),
        ],
        Bytes.Split(Answer(Choice(
            """
            "content":null,"tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"extra_content":{"g":1}}, {"id":"y","type":"function","function":{"name":"g","arguments":""}}]
            """,
            reason: "tool_calls")))![1..^1]);

    [Fact]
    public void Rest_ComesInTheOrderOfStreams()
    {
        const string Message =
            """
            "content":"c","refusal":"r","reasoning":"t","reasoning_content":"u","reasoning_details":[{"x":1}],"annotations":[2],"images":[3],"audio":{"id":"v"},"extra_content":{"e":1},"function_call":{"name":"f","arguments":"{}"}
            """;
        Assert.Equal(
            [
                Delta("""{"reasoning":"t"}"""), Delta("""{"reasoning_content":"u"}"""), Delta("""{"reasoning_details":[{"x":1}]}"""),
                Delta("""{"content":"c"}"""), Delta("""{"refusal":"r"}"""), Delta("""{"function_call":{"name":"f","arguments":"{}"}}"""),
                Delta("""{"annotations":[2]}"""), Delta("""{"images":[3]}"""), Delta("""{"audio":{"id":"v"}}"""), Delta("""{"extra_content":{"e":1}}"""),
                Chunk("""{},"logprobs":{"content":[]},"finish_reason":"stop" """.Trim()),
            ],
            Bytes.Split(Answer(Choice(Message, """{"content":[]}""")))![1..^1]);
    }

    [Fact]
    public void Fingerprint_IsInAllChunks() => Assert.All(
        Bytes.Split(Answer(Choice("\"content\":\"a\""), ",\"system_fingerprint\":\"fp\""))![..^1],
        line => Assert.Equal("fp", (string?)JsonNode.Parse(line[6..])!["system_fingerprint"]));

    [Fact]
    public void Text_Long_IsCutBetweenCharacters()
    {
        Assert.Equal([new string('a', 64), "a"], Contents(new string('a', 65)));
        Assert.Equal([new string('a', 63) + "é", "é"], Contents(new string('a', 63) + "éé"));
        Assert.Equal([new string('a', 63) + "\\n", "b"], Contents(new string('a', 63) + "\\nb"));
        Assert.Equal([new string('a', 63) + "\\\\", "nb"], Contents(new string('a', 63) + "\\\\nb"));
        Assert.Equal([new string('a', 63) + "\\u00e9", "b"], Contents(new string('a', 63) + "\\u00e9b"));
        Assert.Equal([new string('a', 63) + "\\ud83d\\uDE00", "b"], Contents(new string('a', 63) + "\\ud83d\\uDE00b"));
        Assert.Equal([new string('a', 58) + "\\ud83d\\ude00", "b"], Contents(new string('a', 58) + "\\ud83d\\ude00b"));
        Assert.Equal([new string('a', 64), "\\ud83d\\ude00b"], Contents(new string('a', 64) + "\\ud83d\\ude00b"));
        Assert.Equal([new string('a', 61) + "😀", "b"], Contents(new string('a', 61) + "😀b"));
    }

    [Fact]
    public void Text_WithHalfACharacter_StaysAsItIs() =>
        Assert.Equal([new string('a', 60) + "\\ude00", "\\ud83d"], Contents(new string('a', 60) + "\\ude00\\ud83d"));

    [Fact]
    public void Rest_WrittenAtOnce_IsTheSame()
    {
        var answer = Answer(Choice($"\"content\":\"{new string('a', 500)}\""), ",\"usage\":{\"total_tokens\":8}");
        Assert.True(AnswerSplitter.TryCreate(answer, includeUsage: true, out var splitter));
        var output = new ArrayBufferWriter<byte>();
        Assert.True(splitter.WriteNext(output));
        splitter.WriteRest(output);
        Assert.False(splitter.WriteNext(output));
        Assert.Equal(string.Concat(Bytes.Split(answer, includeUsage: true)!), Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Events_OfText_AllocateNothing()
    {
        Assert.True(AnswerSplitter.TryCreate(Answer(Choice($"\"content\":\"{new string('a', 5000)}\"")), includeUsage: true, out var splitter));
        var output = new ArrayBufferWriter<byte>(1000);
        Assert.Equal(0, Allocations.Of(() =>
        {
            output.ResetWrittenCount();
            splitter.WriteNext(output);
        }));
    }
}
