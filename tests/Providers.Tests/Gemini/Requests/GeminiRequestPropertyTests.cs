using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Gemini;
using ThotNet.Providers.Gemini.Requests;
using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>What holds for every request that the reader accepts, and for every generation of models.</summary>
public sealed class GeminiRequestPropertyTests
{
    private const string Good = """
        {"model":"auto","stream":true,"n":2,"stop":["a"],"seed":7,"top_k":3,"temperature":0.5,"logprobs":true,"messages":[{"role":"developer","content":"a\u00e9\n"},
         {"role":"user","content":[{"type":"text","text":"b"},{"type":"image_url","image_url":{"url":"https:\/\/x"}},{"type":"image_url","image_url":{"url":"data:image\/b;base64,AAAA"}},
          {"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"file","file":{"file_id":"gs://x"}}]},
         {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},
          "extra_content":{"google":{"thought_signature":"AA"}}},{"id":"\u0064","type":"custom","custom":{"name":"g","input":"x"}}]},
         {"role":"tool","tool_call_id":"c","content":"{\"a\":1}"},{"role":"tool","tool_call_id":"d","content":[{"type":"text","text":"1"}]},
         {"role":"assistant","function_call":{"name":"f","arguments":"{}"},"refusal":"r"},{"role":"function","name":"f","content":"2"}],
         "tools":[{"type":"function","function":{"name":"f","parameters":{"$ref":"#/$defs/A","$defs":{"A":{"type":["object","null"],"properties":{"a":{"anyOf":[{"const":1},
          {"$ref":"#/$defs/A"}]},"b":{"allOf":[{"type":"array"},true]}},"required":["a"]}}}}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto",
          "tools":[{"type":"function","function":{"name":"f"}}]}},"reasoning_effort":"low","include_reasoning":true,
         "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","properties":{"a":{"enum":[1,null]}},"oneOf":[{"required":["a"]},{}]}}}}
        """;

    // Whole words, so that fields and values become others that the request also has.
    private static readonly Gen<byte[]> Swapped = Gen.Select(Gen.Int[0, Words.Length - 1], Gen.Int[0, Words.Length - 1], Gen.Int[0, 30]).Array[1, 3].Select(swaps =>
    {
        var text = Good;
        foreach (var (from, to, nth) in swaps)
        {
            var at = -1;
            for (var i = 0; i <= nth; i++)
            {
                var next = text.IndexOf(Words[from], at + 1, StringComparison.Ordinal);
                if (next < 0)
                    break;
                at = next;
            }

            if (at >= 0)
                text = text[..at] + Words[to] + text[(at + Words[from].Length)..];
        }

        return Encoding.UTF8.GetBytes(text);
    });

    private static readonly Gen<string> Message = Gen.OneOf<string>(
        Gen.OneOf(
            """{"role":"user","content":"u"}""",
            """{"role":"user","content":""}""",
            """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}""",
            """{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"t"}]}""",
            """{"role":"system","content":"s"}""",
            """{"role":"system","content":""}""",
            """{"role":"assistant","content":"a"}""",
            """{"role":"assistant","content":""}"""),
        Gen.Select(Gen.Int[1, 3], Gen.Bool, Gen.Bool, MakeExchange));

    private static string[] Words =>
    [
        "\"role\"", "\"content\"", "\"type\"", "\"text\"", "\"user\"", "\"assistant\"", "\"tool\"", "\"function\"", "\"tool_calls\"", "\"function_call\"", "\"name\"",
        "\"custom\"", "\"properties\"", "\"anyOf\"", "\"allOf\"", "\"$ref\"", "\"$defs\"", "\"required\"", "\"items\"", "\"const\"", "\"enum\"", "\"object\"", "\"array\"",
        "null", "true", "{}", "[]", "1", "\"a\"", "\"c\"", "\"\"", "\"id\"", "\"url\"", "\"file\"",
    ];

    private static string MakeExchange(int count, bool reversed, bool hasText)
    {
        var ids = Enumerable.Range(0, count).Select(i => $"c{i}").ToList();
        var calls = ids.Select(id => $$$"""{"id":"{{{id}}}","type":"function","function":{"arguments":"{}","name":"f{{{id}}}"} }""");
        var results = ids.Select(id => $$"""{"role":"tool","tool_call_id":"{{id}}","content":"{{id}}"}""").ToList();
        if (reversed)
            results.Reverse();
        var content = hasText ? "\"so\"" : "null";
        return $$"""{"role":"assistant","content":{{content}},"tool_calls":[{{string.Join(',', calls)}}]},{{string.Join(',', results)}}""";
    }

    private static void AssertJson(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = 512 });
        while (reader.Read())
        {
        }
    }

    private static void AssertAccepted(byte[] bytes)
    {
        Assert.Equal(ChatRequestReader.Read(bytes, out var request, "me") is null, request is not null);
        foreach (var model in request is null ? [] : Models)
            AssertJson(Write(request!, model));
    }

    [Fact]
    public void Write_PlainChat_AllocatesNothingForAMessage_Wire42()
    {
        Assert.InRange(AllocatedFor(400) - AllocatedFor(10), -64, 64);

        static long AllocatedFor(int messages)
        {
            var request = Read("""{"model":"m","messages":[""" + Many(messages, """{"role":"user","content":"a"},{"role":"assistant","content":"b"}""") + "]}");
            var output = new ArrayBufferWriter<byte>(100_000);
            var memory = new ThoughtMemory();
            var target = Target(Flash25);
            return Allocations.Of(() =>
            {
                output.ResetWrittenCount();
                GeminiBody.Write(request, target, memory, output);
            });
        }
    }

    [Fact]
    public void Write_GoodRequest_IsAccepted_Wire42() => Assert.Null(ChatRequestReader.Read(Encoding.UTF8.GetBytes(Good), out _));

    [Fact]
    public void Write_RequestChangedAtWill_IsRefusedOrWrittenAsJson_Wire42() => Changed.Bytes(Good).MustHold(AssertAccepted, iter: 2_000);

    [Fact]
    public void Write_RequestWithWordsSwapped_IsRefusedOrWrittenAsJson_Wire42() => Swapped.MustHold(AssertAccepted, iter: 1_000);

    [Fact]
    public void Write_Conversation_KeepsGooglesRules_Wire42() =>
        Gen.Select(Message.Array[1, 8], Gen.OneOf(Models), Gen.Bool).MustHold(
            (messages, model, hasTools) =>
            {
                var tools = hasTools ? ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"auto\"" : "";
                var body = Translate($$"""{"model":"m","messages":[{{string.Join(',', messages)}}]{{tools}}}""", model);
                AssertConversation(body["contents"]!.AsArray(), GeminiGeneration.Of(model));
                AssertParts(body["systemInstruction"]?["parts"]!.AsArray() ?? []);
                Assert.Equal(hasTools, body.ContainsKey("tools"));
                Assert.Equal(hasTools, body.ContainsKey("toolConfig"));
            },
            iter: 1_500);

    private static void AssertConversation(JsonArray contents, GeminiGeneration generation)
    {
        Assert.NotEmpty(contents);
        JsonNode? before = null;
        foreach (var content in contents)
        {
            var parts = content!["parts"]!.AsArray();
            Assert.NotEmpty(parts);
            AssertParts(parts);
            var results = Count(content, "functionResponse");
            Assert.Equal(Count(before, "functionCall"), results);
            Assert.True(results == 0 || results == parts.Count);

            // Only what the user says after the results of calls is a second turn in a row.
            Assert.True((string?)before?["role"] != (string?)content["role"] || Count(before, "functionResponse") > 0);
            Assert.True(before is not null || Count(content, "functionCall") == 0);
            before = content;
        }

        Assert.Equal(0, Count(before, "functionCall"));
        Assert.True(generation.MayBeginWithModel || (string?)contents[0]!["role"] == "user");
        Assert.True(generation.MayEndWithModel || (string?)before!["role"] == "user");
    }

    private static int Count(JsonNode? content, string kind) => content?["parts"]!.AsArray().Count(part => part!.AsObject().ContainsKey(kind)) ?? 0;

    private static void AssertParts(JsonArray parts)
    {
        foreach (var part in parts)
        {
            var data = part!.AsObject().Where(field => field.Key != "thoughtSignature").ToList();
            Assert.Single(data);
            Assert.NotEqual("\"\"", data[0].Value!.ToJsonString());
        }
    }
}
