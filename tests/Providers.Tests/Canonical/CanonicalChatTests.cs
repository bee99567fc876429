using System.Text;
using ThotNet.Providers.Canonical;
using ThotNet.Providers.Chat;
using static ThotNet.Providers.Tests.Canonical.CanonicalForm;

namespace ThotNet.Providers.Tests.Canonical;

/// <summary>Which chats have the same form, rule by rule.</summary>
public sealed class CanonicalChatTests
{
    private const string Tool = """{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}""";
    private const string Tools = "\"tools\":[" + Tool + "]";

    private static string FormOf(string fields) => OfChat(ChatWith(fields))!;

    private static string FormOfContent(string json) => FormOf($$"""
        "messages":[{"role":"user","content":{{json}}}]
        """);

    /// <summary>A change of this text is a change of the rules: it needs another <see cref="CanonicalRequest.Version"/>.</summary>
    [Fact]
    public void TryWrite_WholeRequest_IsThisForm()
    {
        var form = OfChat("""
            { "stream" : true, "model" : "m", "temperature" : 7.0e-1, "max_tokens" : 100, "user" : "u",
              "tools" : [ {"type":"function", "function":{"parameters":{"type":"object","properties":{"b":{"minimum":1.50},"a":{}}},"name":"f"}} ],
              "messages" : [ {"role":"user","content":"a\u00e9\/\u000A\"\\"}, {"role":"assistant","content":[{"type":"text","text":"b"}]} ],
              "seed" : 9223372036854775807, "x" : null, "n" : 1, "stop" : null, "tool_choice" : "auto" }
            """);

        Assert.Equal(1, CanonicalRequest.Version);
        Assert.Equal(
            """
            {"max_completion_tokens":100,"messages":[{"content":"aé/\n\"\\","role":"user"},{"content":[{"text":"b","type":"text"}],"role":"assistant"}],"seed":9223372036854775807,"temperature":0.7,"tools":[{"function":{"name":"f","parameters":{"type":"object","properties":{"b":{"minimum":1.5},"a":{}}}},"type":"function"}],"x":null}
            """,
            form);
    }

    [Theory]
    [InlineData("\"model\":\"other\"")]
    [InlineData("\"models\":[\"a\",\"b\"]")]
    [InlineData("\"stream\":true")]
    [InlineData("\"stream\":true,\"stream_options\":{\"include_usage\":true}")]
    [InlineData("\"user\":\"u\"")]
    [InlineData("\"metadata\":{\"a\":\"b\"}")]
    [InlineData("\"store\":true")]
    [InlineData("\"safety_identifier\":\"s\"")]
    [InlineData("\"prompt_cache_key\":\"k\"")]
    [InlineData("\"prompt_cache_retention\":\"24h\"")]
    [InlineData("\"prompt_cache_options\":{\"a\":1}")]
    [InlineData("\"service_tier\":\"flex\"")]
    [InlineData("\"\\u0075ser\":\"u\"")]
    public void TryWrite_FieldThatChangesNoAnswer_IsLeftOut_Wire11(string fields) => Assert.Equal($"{{{Messages}}}", FormOf(fields));

    [Theory]
    [InlineData("\"n\":1")]
    [InlineData("\"logprobs\":false")]
    [InlineData("\"logit_bias\":{ }")]
    [InlineData("\"response_format\":{ \"type\" : \"te\\u0078t\" }")]
    [InlineData("\"tools\":[]")]
    [InlineData("\"functions\":[ ]")]
    [InlineData("\"tool_choice\":\"auto\"")]
    [InlineData("\"tool_choice\":\"none\"")]
    [InlineData("\"tools\":[],\"tool_choice\":\"none\"")]
    [InlineData("\"parallel_tool_calls\":true")]
    public void TryWrite_DefaultOfEveryProvider_IsLeftOut_Wire11(string fields) => Assert.Equal($"{{{Messages}}}", FormOf(fields));

    [Theory]
    [InlineData("temperature")]
    [InlineData("top_p")]
    [InlineData("top_k")]
    [InlineData("n")]
    [InlineData("stop")]
    [InlineData("seed")]
    [InlineData("frequency_penalty")]
    [InlineData("presence_penalty")]
    [InlineData("logprobs")]
    [InlineData("top_logprobs")]
    [InlineData("logit_bias")]
    [InlineData("response_format")]
    [InlineData("tools")]
    [InlineData("tool_choice")]
    [InlineData("parallel_tool_calls")]
    [InlineData("functions")]
    [InlineData("function_call")]
    [InlineData("reasoning_effort")]
    [InlineData("verbosity")]
    [InlineData("modalities")]
    [InlineData("max_tokens")]
    [InlineData("max_completion_tokens")]
    [InlineData("route")]
    public void TryWrite_NullOfAKnownField_IsLeftOut_Wire11(string name) => Assert.Equal($"{{{Messages}}}", FormOf($"\"{name}\":null"));

    [Theory]
    [InlineData("\"temperature\":1")]
    [InlineData("\"temperature\":0")]
    [InlineData("\"top_p\":1")]
    [InlineData("\"top_k\":1")]
    [InlineData("\"frequency_penalty\":0")]
    [InlineData("\"presence_penalty\":0")]
    [InlineData("\"seed\":0")]
    [InlineData("\"stop\":[]")]
    [InlineData("\"stop\":\"\"")]
    [InlineData("\"n\":2")]
    [InlineData("\"max_tokens\":1")]
    [InlineData("\"logprobs\":true")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":0")]
    [InlineData("\"logit_bias\":{\"1\":0}")]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}")]
    [InlineData("\"response_format\":{\"type\":\"text\",\"x\":1}")]
    [InlineData("\"parallel_tool_calls\":false")]
    [InlineData("\"modalities\":[\"text\"]")]
    [InlineData("\"reasoning_effort\":\"default\"")]
    [InlineData("\"verbosity\":\"medium\"")]
    [InlineData("\"route\":\"fallback\"")]
    [InlineData("\"provider\":{}")]
    [InlineData("\"transforms\":[]")]
    [InlineData("\"plugins\":[]")]
    [InlineData("\"reasoning\":{}")]
    [InlineData("\"session_id\":\"s\"")]
    [InlineData("\"made_up\":null")]
    [InlineData("\"Model\":\"m\"")]
    [InlineData("\"extra\":{\"user\":\"u\"}")]
    public void TryWrite_FieldThatMayChangeTheAnswer_Stays(string fields) => Assert.NotEqual($"{{{Messages}}}", FormOf(fields));

    [Fact]
    public void TryWrite_ToolChoiceWithTools_AutoIsTheDefault_Wire11()
    {
        Assert.Equal(FormOf(Tools), FormOf(Tools + ",\"tool_choice\":\"auto\""));
        Assert.NotEqual(FormOf(Tools), FormOf(Tools + ",\"tool_choice\":\"none\""));
        Assert.NotEqual(FormOf(Tools), FormOf(Tools + ",\"tool_choice\":\"required\""));
        Assert.NotEqual(FormOf(Tools), FormOf(Tools + ",\"parallel_tool_calls\":false"));
    }

    [Theory]
    [InlineData("\"max_tokens\":5", "\"max_completion_tokens\":5")]
    [InlineData("\"max_tokens\":5", "\"max_tokens\":7,\"max_completion_tokens\":5")]
    [InlineData("\"max_tokens\":5", "\"max_tokens\":5,\"max_completion_tokens\":null")]
    [InlineData("\"max_tokens\":5", "\"max_tokens\":6,\"max_tokens\":5")]
    [InlineData("\"n\":2", "\"n\":1,\"n\":2")]
    [InlineData("", "\"n\":2,\"n\":1")]
    [InlineData("", "\"n\":2,\"\\u006e\":null")]
    [InlineData("\"seed\":2", "\"seed\":1,\"top_k\":5,\"seed\":2,\"top_k\":null")]
    [InlineData("\"temperature\":0.7", "\"temperature\":0.70")]
    [InlineData("\"temperature\":0.7", "\"temperature\":7E-01")]
    [InlineData("\"seed\":5,\"top_k\":3", "\"top_k\":3,\"seed\":5")]
    [InlineData("\"x\":[1,{\"a\":1,\"b\":[]}]", "\"x\" : [ 1 , {\t\"b\":[ ]\r\n, \"a\":1.0 } ]")]
    [InlineData("\"x\":{\"a\":1,\"a\":2,\"b\":3}", "\"x\":{\"b\":3,\"a\":1,\"\\u0061\":2}")]
    [InlineData("\"x\":{\"é\":1,\"a\\n\":2}", "\"x\":{\"a\\u000a\":2,\"\\u00E9\":1}")]
    [InlineData("\"tools\":[" + Tool + "]", "\"tools\":[{\"function\":{\"parameters\":{\"type\":\"object\"},\"name\":\"f\"},\"type\":\"function\"}]")]
    [InlineData(
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{\"type\":\"object\"},\"strict\":true}}",
        "\"response_format\":{\"json_schema\":{\"strict\":true,\"schema\":{\"type\":\"object\"},\"name\":\"s\"},\"type\":\"json_schema\"}")]
    public void TryWrite_SameRequest_SameForm(string one, string other) => Assert.Equal(FormOf(one), FormOf(other));

    [Theory]
    [InlineData("\"max_tokens\":5", "\"max_tokens\":6")]
    [InlineData("\"max_tokens\":5", "\"max_tokens\":5,\"max_completion_tokens\":6")]
    [InlineData("\"seed\":9007199254740992", "\"seed\":9007199254740993")]
    [InlineData("\"temperature\":0.1", "\"temperature\":0.10000000000000000001")]
    [InlineData("\"stop\":\"x\"", "\"stop\":[\"x\"]")]
    [InlineData("\"stop\":[\"x\",\"y\"]", "\"stop\":[\"y\",\"x\"]")]
    [InlineData("\"x\":1", "\"x\":\"1\"")]
    [InlineData("\"x\":{\"a\":1,\"a\":2}", "\"x\":{\"a\":2,\"a\":1}")]
    [InlineData("\"x\":{\"a\":2}", "\"x\":{\"a\":1,\"a\":2}")]
    [InlineData("\"x\":1,\"x\":2", "\"x\":2")]
    [InlineData("\"x\":{\"a\":[],\"b\":{}}", "\"x\":{\"a\":{},\"b\":[]}")]
    [InlineData("\"x\":[[1],2]", "\"x\":[[1,2]]")]
    [InlineData("\"x\":{\"a\":{\"b\":1}}", "\"x\":{\"a\":{},\"b\":1}")]
    [InlineData("\"x\":{\"a\":null}", "\"x\":{}")]
    [InlineData("\"x\":\"a\"", "\"x\":\"A\"")]
    [InlineData("\"x\":\"a\"", "\"x\":\"a \"")]
    [InlineData("\"x\":\"\\u00e9\"", "\"x\":\"e\\u0301\"")]
    [InlineData("\"x\":\"\\\\n\"", "\"x\":\"\\n\"")]
    [InlineData("\"x\":true", "\"x\":false")]
    [InlineData("\"functions\":[{\"name\":\"f\"}]", "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]")]
    [InlineData("\"functions\":[{\"name\":\"f\"}]", "\"functions\":[{\"name\":\"f\"}],\"function_call\":\"none\"")]
    public void TryWrite_OtherRequest_OtherForm(string one, string other) => Assert.NotEqual(FormOf(one), FormOf(other));

    [Theory]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{SCHEMA}}}]")]
    [InlineData("\"functions\":[{\"name\":\"f\",\"parameters\":{SCHEMA}}]")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\",\"schema\":{SCHEMA}}}")]
    [InlineData("\"response_format\":{\"type\":\"json_object\",\"schema\":{SCHEMA}}")]
    [InlineData("\"generationConfig\":{\"responseSchema\":{SCHEMA}}")]
    [InlineData("\"generationConfig\":{\"responseJsonSchema\":{SCHEMA}}")]
    [InlineData("\"input_schema\":{SCHEMA}")]
    [InlineData("\"guided_json\":{\"properties\":{SCHEMA}}")]
    [InlineData("\"x\":{\"p\\u0061rameters\":[[{SCHEMA}]]}")]
    public void TryWrite_MembersOfASchema_KeepTheirOrder(string fields)
    {
        const string members = "\"type\":\"object\",\"properties\":{\"b\":{\"x\":1,\"c\":2},\"a\":{}}";
        var form = FormOf(fields.Replace("SCHEMA", members, StringComparison.Ordinal));

        Assert.Contains($"{{{members}}}", form, StringComparison.Ordinal);
        Assert.NotEqual(form, FormOf(fields.Replace("SCHEMA", "\"type\":\"object\",\"properties\":{\"a\":{},\"b\":{\"x\":1,\"c\":2}}", StringComparison.Ordinal)));
        Assert.NotEqual(form, FormOf(fields.Replace("SCHEMA", "\"type\":\"object\",\"properties\":{\"b\":{\"c\":2,\"x\":1},\"a\":{}}", StringComparison.Ordinal)));
        Assert.NotEqual(form, FormOf(fields.Replace("SCHEMA", "\"properties\":{\"b\":{\"x\":1,\"c\":2},\"a\":{}},\"type\":\"object\"", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("\"a/b\"", "\"a\\/b\"")]
    [InlineData("\"é\u2028\u007f😀\"", "\"\\u00E9\\u2028\\u007F\\uD83D\\uDe00\"")]
    [InlineData("\"\\\"\\\\\\b\\f\\n\\r\\t\"", "\"\\u0022\\u005c\\u0008\\u000c\\u000A\\u000d\\u0009\"")]
    [InlineData("\"\\u0000\\u001f\"", "\"\\u0000\\u001F\"")]
    [InlineData("\"abc\"", "\"\\u0061b\\u0063\"")]
    public void TryWrite_SameText_SameForm(string one, string other)
    {
        Assert.Equal(FormOfContent(one), FormOfContent(other));
        Assert.Equal($$"""{"messages":[{"content":{{one}},"role":"user"}]}""", FormOfContent(other));
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("x\\ud83dx\\ude00")]
    [InlineData("\\ud83d\\ud83d\\ude00")]
    [InlineData("\\ud83d\\n")]
    [InlineData("\\ude00\\ud83d")]
    public void TryWrite_HalfASurrogatePair_HasNoForm(string text)
    {
        Assert.Null(OfChat(ChatWith($"\"messages\":[{{\"role\":\"user\",\"content\":\"{text}\"}}]")));
        Assert.Null(OfChat(ChatWith($"\"x\":[{{\"a\":\"{text}\"}}]")));
        Assert.Null(OfEmbeddings($$"""{"model":"m","input":"{{text}}"}"""));
    }

    [Fact]
    public void TryWrite_TextAlikeToEscapes_IsNoEscape() =>
        Assert.Equal($$"""{"messages":[{"content":"\\ud800","role":"user"}]}""", FormOfContent("\"\\\\ud800\""));

    [Fact]
    public void TryWrite_Messages_LastOnesCount() => Assert.Equal(
        FormOf(""),
        OfChat("""{"model":"m","messages":[{"role":"user","content":"before"}],"messages":[{"role":"user","content":"hi"}]}"""));

    [Fact]
    public void TryWrite_MessagesInAnotherOrder_AnotherForm() => Assert.NotEqual(
        FormOf("\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"role\":\"user\",\"content\":\"b\"}]"),
        FormOf("\"messages\":[{\"role\":\"user\",\"content\":\"b\"},{\"role\":\"user\",\"content\":\"a\"}]"));

    [Fact]
    public void TryWrite_TextAndOnePart_AreNotTheSame() =>
        Assert.NotEqual(FormOfContent("\"a\""), FormOfContent("""[{"type":"text","text":"a"}]"""));

    [Fact]
    public void TryWrite_ManyMembers_AreSortedByTheirBytes()
    {
        var names = Enumerable.Range(0, 5_000).Select(i => $"\"k{i * 7919 % 5_000:D4}\":{i}").ToList();
        var sorted = names.Order(StringComparer.Ordinal);

        Assert.Equal($"{{{Messages},\"x\":{{{string.Join(',', sorted)}}}}}", FormOf($"\"x\":{{{string.Join(',', names)}}}"));
    }

    [Fact]
    public void TryWrite_DeepestNesting_IsSortedAtEveryLevel()
    {
        var written = string.Concat(Enumerable.Repeat("{\"z\":[],\"b\":", ChatRequestReader.MaxDepth - 3)) + "{}"
            + string.Concat(Enumerable.Repeat(",\"a\":{\"y\":1,\"x\":2}}", ChatRequestReader.MaxDepth - 3));
        var sorted = string.Concat(Enumerable.Repeat("{\"a\":{\"x\":2,\"y\":1},\"b\":", ChatRequestReader.MaxDepth - 3)) + "{}"
            + string.Concat(Enumerable.Repeat(",\"z\":[]}", ChatRequestReader.MaxDepth - 3));

        Assert.Equal($"{{{Messages},\"x\":{sorted}}}", FormOf($"\"x\":{written}"));
    }

    [Fact]
    public void TryWrite_AllocatesLittleWhateverTheSize()
    {
        var small = Encoding.UTF8.GetBytes(ChatWith("\"x\":{\"b\":\"\\n\",\"a\":1}"));
        var large = Encoding.UTF8.GetBytes(ChatWith(
            $"\"x\":{{\"b\":\"\\n{new string('x', 500_000)}\",\"a\":[{string.Join(',', Enumerable.Repeat("{\"b\":1.0,\"a\":\"\\u0061\"}", 5_000))}]}}"));

        Assert.InRange(AllocatedFor(small), 0, 1_000);
        Assert.Equal(AllocatedFor(small), AllocatedFor(large));
    }

    private static long AllocatedFor(byte[] body)
    {
        Assert.Null(ChatRequestReader.Read(body, out var request));
        var output = new System.Buffers.ArrayBufferWriter<byte>(2 * body.Length);
        return Allocations.Of(() =>
        {
            output.ResetWrittenCount();
            CanonicalRequest.TryWrite(request!, output);
        });
    }
}
