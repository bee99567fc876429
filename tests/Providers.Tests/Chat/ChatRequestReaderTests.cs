using System.Text;
using ThotNet.Grains.Abstractions.Errors;
using ThotNet.Providers.Chat;
using ThotNet.Routing;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>What a request says, read as wire.md 1.1 has it.</summary>
public sealed class ChatRequestReaderTests
{
    private const string User = """{"role":"user","content":"hi"}""";

    private static ChatRequest Accept(string body)
    {
        var error = ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request);
        Assert.Null(error);
        return Assert.IsType<ChatRequest>(request);
    }

    private static ApiError Refuse(string body)
    {
        var error = ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request);
        Assert.Null(request);
        Assert.NotNull(error);
        Assert.Equal(400, error.Status);
        Assert.Equal("invalid_request_error", error.Type);
        return error;
    }

    private static string With(string fields) => $$"""{"model":"m","messages":[{{User}}],{{fields}}}""";

    private static string WithMessage(string message) => $$"""{"model":"m","messages":[{{User}},{{message}}]}""";

    [Fact]
    public void Read_Minimal_HasDefaults_Wire11()
    {
        var request = Accept("""{"model":"auto","messages":[{"role":"user","content":"hi"}]}""");

        Assert.Equal("auto", request.Model);
        Assert.Empty(request.Models);
        Assert.False(request.Stream);
        Assert.False(request.IncludeUsage);
        Assert.Null(request.MaxOutputTokens);
        Assert.Equal(1, request.Choices);
        Assert.Equal(Capabilities.None, request.Needs);
        Assert.Empty(request.NeedParams);
        Assert.Equal(1 + PromptBound.TokensPerMessage, request.PromptTokenBound);
    }

    [Fact]
    public void Read_EveryField_IsUnderstood_Wire11()
    {
        var request = Accept(With("""
            "models":["a","b"],"stream":true,"stream_options":{"include_usage":true,"include_obfuscation":false},"max_tokens":7,
            "max_completion_tokens":9,"temperature":0.5,"top_p":1,"n":2,"stop":["a","b"],"seed":-5,"frequency_penalty":-2,"presence_penalty":2,
            "logprobs":true,"top_logprobs":20,"logit_bias":{"1":-100},"response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}},
            "tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":{"type":"function","function":{"name":"f"}},
            "parallel_tool_calls":false,"reasoning_effort":"low","metadata":{},"store":false,"user":"u","made_up":[1,{"x":2}]
            """));

        Assert.Equal(["a", "b"], request.Models);
        Assert.True(request.Stream);
        Assert.True(request.IncludeUsage);
        Assert.Equal(9, request.MaxOutputTokens);
        Assert.Equal(2, request.Choices);
        Assert.Equal(
            Capabilities.Tools | Capabilities.JsonSchema | Capabilities.JsonWithTools | Capabilities.LogProbs | Capabilities.ManyChoices | Capabilities.LogitBias,
            request.Needs);
        Assert.Contains((Capabilities.JsonWithTools, "response_format"), request.NeedParams);
        Assert.Contains((Capabilities.ManyChoices, "n"), request.NeedParams);
    }

    [Theory]
    [InlineData("\"functions\":[{\"name\":\"f\"}]", Capabilities.Tools, "functions")]
    [InlineData("\"tools\":[]", Capabilities.None, null)]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", Capabilities.JsonObject, "response_format")]
    [InlineData("\"response_format\":{\"type\":\"text\"}", Capabilities.None, null)]
    [InlineData("\"logprobs\":false", Capabilities.None, null)]
    [InlineData("\"logit_bias\":{}", Capabilities.None, null)]
    [InlineData("\"n\":1", Capabilities.None, null)]
    [InlineData("\"modalities\":[\"text\",\"audio\"]", Capabilities.Audio, "modalities")]
    public void Read_Needs_NameTheirField_Wire11(string fields, Capabilities needs, string? param)
    {
        var request = Accept(With(fields));

        Assert.Equal(needs, request.Needs);
        Assert.Equal(param, request.NeedParams.Select(need => need.Param).SingleOrDefault());
    }

    [Theory]
    [InlineData("""{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}""", Capabilities.Images, ".image_url", PromptBound.TokensPerImage)]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}""", Capabilities.Audio, ".input_audio", 1)]
    [InlineData("""{"type":"file","file":{"file_id":"f-1"}}""", Capabilities.Files, ".file", PromptBound.TokensPerFileId)]
    public void Read_Parts_GiveNeedsAndTokens_Wire11(string part, Capabilities need, string field, int tokens)
    {
        var request = Accept(WithMessage($$"""{"role":"user","content":[{{part}}]}"""));

        Assert.Equal([(need, "messages[1].content[0]" + field)], request.NeedParams);
        Assert.Equal(need, request.Needs);
        Assert.Equal(tokens + 1 + (2 * PromptBound.TokensPerMessage), request.PromptTokenBound);
    }

    [Theory]
    [InlineData("""{"role":"developer","content":"x"}""")]
    [InlineData("""{"role":"system","content":[{"type":"text","text":"x"}]}""")]
    [InlineData("""{"role":"user","content":""}""")]
    [InlineData("""{"role":"assistant","content":null,"refusal":"no"}""")]
    [InlineData("""{"role":"assistant","content":[{"type":"refusal","refusal":"no"},{"type":"text","text":"x"}]}""")]
    [InlineData("""{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}}""")]
    [InlineData("""{"role":"assistant","content":"x","refusal":null,"tool_calls":null,"audio":null,"reasoning_details":[{"type":"reasoning.text"}]}""")]
    [InlineData("""{"r\u006fle":"\u0075ser","content":"x"}""")]
    public void Read_Message_IsAccepted_Wire11(string message) => Accept(WithMessage(message));

    [Fact]
    public void Read_RepeatedFields_LastOneCounts()
    {
        var request = Accept("""
            {"model":"a","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x"}}]}],
             "tools":[{"type":"function","function":{"name":"f"}}],"n":5,"stream":true,"max_tokens":5,
             "model":"b","messages":[{"role":"user","content":"hi"}],"tools":null,"n":null,"stream":false,"max_tokens":null}
            """);

        Assert.Equal("b", request.Model);
        Assert.Equal(1 + PromptBound.TokensPerMessage, request.PromptTokenBound);
        Assert.Equal(Capabilities.None, request.Needs);
        Assert.Equal(1, request.Choices);
        Assert.False(request.Stream);
        Assert.Null(request.MaxOutputTokens);
    }

    [Theory]
    [InlineData("\"reasoning_effort\":\"none\"")]
    [InlineData("\"reasoning_effort\":\"default\"")]
    [InlineData("\"reasoning_effort\":\"minimal\"")]
    [InlineData("\"reasoning_effort\":\"\\u006cow\"")]
    [InlineData("\"reasoning_effort\":\"medium\"")]
    [InlineData("\"reasoning_effort\":\"high\"")]
    [InlineData("\"reasoning_effort\":\"xhigh\"")]
    [InlineData("\"reasoning_effort\":\"max\"")]
    [InlineData("\"verbosity\":\"high\"")]
    [InlineData("\"modalities\":[\"text\"]")]
    [InlineData("\"top_k\":40")]
    [InlineData("\"seed\":-9223372036854775808")]
    [InlineData("\"temperature\":2.0,\"top_p\":0,\"frequency_penalty\":2e0")]
    [InlineData("\"stop\":\"\"")]
    [InlineData("\"logit_bias\":{}")]
    public void Read_GoodField_IsAccepted_Wire11(string fields) => Assert.Equal(Capabilities.None, Accept(With(fields)).Needs);

    [Theory]
    [InlineData("\"temperature\":0", 0.0)]
    [InlineData("\"temperature\":7e-1", 0.7)]
    [InlineData("\"temperature\":2.0", 2.0)]
    [InlineData("\"temperature\":null", null)]
    [InlineData("\"top_p\":1", null)]
    [InlineData("\"temperature\":1,\"temperature\":null", null)]
    [InlineData("\"temperature\":null,\"temperature\":1", 1.0)]
    public void Read_Temperature_IsTheCallersOwn_Wire11(string fields, double? temperature) => Assert.Equal(temperature, Accept(With(fields)).Temperature);

    [Theory]
    [InlineData("\"tools\":[]", false)]
    [InlineData("\"functions\":null", false)]
    [InlineData("\"tool_choice\":\"auto\"", false)]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]", true)]
    [InlineData("\"tools\":[{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]", true)]
    [InlineData("\"functions\":[{\"name\":\"f\"}]", true)]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tools\":[]", false)]
    public void Read_Definitions_AreTools_Wire11(string fields, bool hasTools) => Assert.Equal(hasTools, Accept(With(fields)).HasTools);

    [Fact]
    public void Read_NullOptionals_CountAsAbsent_Wire11()
    {
        string[] names =
        [
            "models", "stream", "stream_options", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "stop", "seed",
            "frequency_penalty", "presence_penalty", "logprobs", "top_logprobs", "logit_bias", "response_format", "tools", "tool_choice",
            "parallel_tool_calls", "functions", "function_call", "reasoning_effort", "metadata", "store", "user", "modalities", "audio", "verbosity", "top_k",
        ];

        Assert.Equal(Capabilities.None, Accept(With(string.Join(',', names.Select(name => $"\"{name}\":null")))).Needs);
    }

    [Fact]
    public void PromptTokenBound_GrowsWithTextToolsAndSchema()
    {
        var text = new string('x', 300);
        var plain = Accept(With("\"user\":\"u\"")).PromptTokenBound;

        Assert.Equal(plain + 100 + PromptBound.TokensPerMessage, Accept(WithMessage("{\"role\":\"user\",\"content\":\"" + text + "\"}")).PromptTokenBound);
        Assert.True(Accept(With($$$"""
            "tools":[{"type":"function","function":{"name":"f","description":"{{{text}}}"}}]
            """)).PromptTokenBound > plain + 100);
        Assert.True(Accept(With($$$$"""
            "response_format":{"type":"json_schema","json_schema":{"name":"f","schema":{"title":"{{{{text}}}}"}}}
            """)).PromptTokenBound > plain + 100);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(" \r\n\t", null)]
    [InlineData("hello", null)]
    [InlineData("<html></html>", null)]
    [InlineData("[]", null)]
    [InlineData("\"x\"", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"h""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi"}]""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi"}]} {}""", null)]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"hi"}],}""", null)]
    [InlineData("""{"model":"\ud800","messages":[{"role":"user","content":"hi"}]}""", null)]
    [InlineData("""{"\udc00":1,"model":"m","messages":[{"role":"user","content":"hi"}]}""", null)]
    [InlineData("{}", "model")]
    [InlineData("""{"messages":[{"role":"user","content":"hi"}]}""", "model")]
    [InlineData("""{"model":null,"messages":[{"role":"user","content":"hi"}]}""", "model")]
    [InlineData("""{"model":"","messages":[{"role":"user","content":"hi"}]}""", "model")]
    [InlineData("""{"model":"  ","messages":[{"role":"user","content":"hi"}]}""", "model")]
    [InlineData("""{"model":5,"messages":[{"role":"user","content":"hi"}]}""", "model")]
    [InlineData("""{"model":"m"}""", "messages")]
    [InlineData("""{"model":"m","messages":null}""", "messages")]
    [InlineData("""{"model":"m","messages":[]}""", "messages")]
    [InlineData("""{"model":"m","messages":{}}""", "messages")]
    [InlineData("""{"model":"m","messages":"hi"}""", "messages")]
    public void Read_BadBody_IsRefused(string body, string? param) => Assert.Equal(param, Refuse(body).Param);

    [Theory]
    [InlineData("\"temperature\":2.1", "temperature")]
    [InlineData("\"temperature\":-0.1", "temperature")]
    [InlineData("\"temperature\":\"1\"", "temperature")]
    [InlineData("\"temperature\":1e999", "temperature")]
    [InlineData("\"top_p\":1.5", "top_p")]
    [InlineData("\"frequency_penalty\":3", "frequency_penalty")]
    [InlineData("\"presence_penalty\":-2.5", "presence_penalty")]
    [InlineData("\"n\":0", "n")]
    [InlineData("\"n\":129", "n")]
    [InlineData("\"n\":1.5", "n")]
    [InlineData("\"max_tokens\":0", "max_tokens")]
    [InlineData("\"max_tokens\":9999999999", "max_tokens")]
    [InlineData("\"max_completion_tokens\":-1", "max_completion_tokens")]
    [InlineData("\"stop\":[\"a\",\"b\",\"c\",\"d\",\"e\"]", "stop")]
    [InlineData("\"stop\":[1]", "stop[0]")]
    [InlineData("\"stop\":1", "stop")]
    [InlineData("\"seed\":1.5", "seed")]
    [InlineData("\"seed\":\"1\"", "seed")]
    [InlineData("\"stream\":\"true\"", "stream")]
    [InlineData("\"stream\":1", "stream")]
    [InlineData("\"stream_options\":{}", "stream_options")]
    [InlineData("\"stream\":true,\"stream_options\":[]", "stream_options")]
    [InlineData("\"stream\":true,\"stream_options\":{\"include_usage\":1}", "stream_options.include_usage")]
    [InlineData("\"logprobs\":1", "logprobs")]
    [InlineData("\"top_logprobs\":3", "top_logprobs")]
    [InlineData("\"logprobs\":true,\"top_logprobs\":21", "top_logprobs")]
    [InlineData("\"logit_bias\":[]", "logit_bias")]
    [InlineData("\"logit_bias\":{\"1\":101}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"1\":{}}", "logit_bias")]
    [InlineData("\"response_format\":\"json\"", "response_format")]
    [InlineData("\"response_format\":{}", "response_format.type")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "response_format.type")]
    [InlineData("\"response_format\":{\"type\":\"json_object\",\"type\":5}", "response_format.type")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\"}", "response_format.json_schema")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}", "response_format.json_schema.name")]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"schema\":1}}", "response_format.json_schema.schema")]
    [InlineData("\"tools\":{}", "tools")]
    [InlineData("\"tools\":[1]", "tools[0]")]
    [InlineData("\"tools\":[{}]", "tools[0].type")]
    [InlineData("\"tools\":[{\"type\":\"x\"}]", "tools[0].type")]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", "tools[0].function")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{}}]", "tools[0].function.name")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":\"x\"}}]", "tools[0].function.parameters")]
    [InlineData("\"tools\":[{\"type\":\"custom\",\"function\":{\"name\":\"f\"}}]", "tools[0].custom")]
    [InlineData("\"functions\":[{}]", "functions[0].name")]
    [InlineData("\"tool_choice\":\"any\"", "tool_choice")]
    [InlineData("\"tool_choice\":1", "tool_choice")]
    [InlineData("\"tool_choice\":\"required\"", "tool_choice")]
    [InlineData("\"tool_choice\":{\"type\":\"function\"}", "tool_choice.function")]
    [InlineData("\"tool_choice\":{\"function\":{\"name\":\"f\"}}", "tool_choice.type")]
    [InlineData("\"tool_choice\":{\"type\":\"x\"}", "tool_choice.type")]
    [InlineData("\"tool_choice\":{\"type\":\"function\",\"function\":{}}", "tool_choice.function.name")]
    [InlineData("\"tool_choice\":{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"x\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}}", "tool_choice.allowed_tools.mode")]
    [InlineData("\"function_call\":\"x\"", "function_call")]
    [InlineData("\"function_call\":{\"name\":\"f\"}", "function_call")]
    [InlineData("\"models\":\"m\"", "models")]
    [InlineData("\"models\":[\"a\",1]", "models[1]")]
    [InlineData("\"models\":[\"\"]", "models[0]")]
    [InlineData("\"models\":[\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\",\"1\"]", "models")]
    [InlineData("\"user\":1", "user")]
    [InlineData("\"metadata\":\"x\"", "metadata")]
    [InlineData("\"store\":\"x\"", "store")]
    [InlineData("\"modalities\":\"audio\"", "modalities")]
    [InlineData("\"modalities\":[\"text\",\"video\"]", "modalities")]
    [InlineData("\"modalities\":[1]", "modalities")]
    [InlineData("\"reasoning_effort\":\"extreme\"", "reasoning_effort")]
    [InlineData("\"reasoning_effort\":\"\"", "reasoning_effort")]
    [InlineData("\"reasoning_effort\":1", "reasoning_effort")]
    [InlineData("\"verbosity\":\"none\"", "verbosity")]
    [InlineData("\"verbosity\":{}", "verbosity")]
    [InlineData("\"top_k\":0", "top_k")]
    [InlineData("\"top_k\":1.5", "top_k")]
    [InlineData("\"top_k\":\"5\"", "top_k")]
    [InlineData("\"top_p\":-1e999", "top_p")]
    [InlineData("\"n\":1e999", "n")]
    [InlineData("\"seed\":9223372036854775808", "seed")]
    [InlineData("\"max_tokens\":1e999", "max_tokens")]
    [InlineData("\"logit_bias\":{\"1\":1e999}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"1\":-100.5}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"word\":1}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"-1\":1}", "logit_bias")]
    [InlineData("\"logit_bias\":{\"\":1}", "logit_bias")]
    public void Read_BadField_IsNamed_Wire11(string fields, string param)
    {
        var error = Refuse(With(fields));

        Assert.Equal(param, error.Param);
        Assert.Contains($"'{param}'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1", "messages[1]")]
    [InlineData("{}", "messages[1].role")]
    [InlineData("""{"role":"robot","content":"x"}""", "messages[1].role")]
    [InlineData("""{"role":1,"content":"x"}""", "messages[1].role")]
    [InlineData("""{"role":"user"}""", "messages[1].content")]
    [InlineData("""{"role":"user","content":null}""", "messages[1].content")]
    [InlineData("""{"role":"user","content":5}""", "messages[1].content")]
    [InlineData("""{"role":"user","content":{}}""", "messages[1].content")]
    [InlineData("""{"role":"user","content":[]}""", "messages[1].content")]
    [InlineData("""{"role":"user","content":["x"]}""", "messages[1].content[0]")]
    [InlineData("""{"role":"user","content":[{"text":"x"}]}""", "messages[1].content[0].type")]
    [InlineData("""{"role":"user","content":[{"type":"video"}]}""", "messages[1].content[0].type")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":"x"},{"type":"text"}]}""", "messages[1].content[1].text")]
    [InlineData("""{"role":"user","content":[{"type":"text","text":1}]}""", "messages[1].content[0].text")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":"https://x"}]}""", "messages[1].content[0].image_url")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{}}]}""", "messages[1].content[0].image_url")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}""", "messages[1].content[0].image_url.url")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":1}}]}""", "messages[1].content[0].image_url.url")]
    [InlineData("""{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"ogg"}}]}""", "messages[1].content[0].input_audio.format")]
    [InlineData("""{"role":"user","content":[{"type":"file","file":{"filename":"x"}}]}""", "messages[1].content[0].file")]
    [InlineData("""{"role":"system","content":[{"type":"image_url","image_url":{"url":"https://x"}}]}""", "messages[1].content")]
    [InlineData("""{"role":"assistant"}""", "messages[1].content")]
    [InlineData("""{"role":"assistant","content":null,"tool_calls":[]}""", "messages[1].content")]
    [InlineData("""{"role":"assistant","tool_calls":{}}""", "messages[1].tool_calls")]
    [InlineData("""{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f"}}]}""", "messages[1].tool_calls[0].id")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1","type":"x"}]}""", "messages[1].tool_calls[0].type")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1","type":"function"}]}""", "messages[1].tool_calls[0].function")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1","function":{"arguments":"{}"}}]}""", "messages[1].tool_calls[0].function.name")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":{}}}]}""", "messages[1].tool_calls[0].function.arguments")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"[1]"}}]}""", "messages[1].tool_calls[0].function.arguments")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{\"a\":"}}]}""", "messages[1].tool_calls[0].function.arguments")]
    [InlineData("""{"role":"assistant","function_call":{"name":"f","arguments":"x"}}""", "messages[1].function_call.arguments")]
    [InlineData("""{"role":"tool","content":"x"}""", "messages[1].tool_call_id")]
    [InlineData("""{"role":"tool","tool_call_id":"1"}""", "messages[1].content")]
    [InlineData("""{"role":"function","content":"x"}""", "messages[1].name")]
    [InlineData("""{"role":"user","content":"x","name":5}""", "messages[1].name")]
    public void Read_BadMessage_IsNamed_Wire11(string message, string param) => Assert.Equal(param, Refuse(WithMessage(message)).Param);
}
