namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>wire.md 4.2 and 8.5: what Google refuses of fields, contents and parts is refused.</summary>
public class RequestRulesTests
{
    [Theory]
    [InlineData("\"foo\":1", "Unknown name \"foo\": Cannot find field.")]
    [InlineData("\"model\":\"gemini-3.6-flash\"", "Unknown name \"model\": Cannot find field.")]
    [InlineData("\"stream\":true", "Unknown name \"stream\": Cannot find field.")]
    [InlineData("\"generationConfig\":{\"max_tokens\":1}", "Unknown name \"max_tokens\" at 'generation_config': Cannot find field.")]
    [InlineData("\"generationConfig\":{\"thinkingConfig\":{\"effort\":1}}", "Unknown name \"effort\" at 'generation_config.thinking_config'")]
    [InlineData("\"tools\":[{\"function\":{}}]", "Unknown name \"function\" at 'tools[0]'")]
    [InlineData("\"tools\":[{\"functionDeclarations\":[{\"name\":\"f\",\"strict\":true}]}]", "Unknown name \"strict\" at 'tools[0].function_declarations[0]'")]
    [InlineData("\"systemInstruction\":{\"parts\":[{\"text\":\"a\",\"type\":\"text\"}]}", "Unknown name \"type\" at 'system_instruction.parts[0]'")]
    [InlineData("\"toolConfig\":{\"mode\":\"AUTO\"}", "Unknown name \"mode\" at 'tool_config'")]
    [InlineData("\"safetySettings\":[{\"level\":1}]", "Unknown name \"level\" at 'safety_settings[0]'")]
    public async Task Field_Unknown_RefusedByName(string more, string expected) =>
        await Native.AssertRefused(expected, Native.Request(more: more));

    [Fact]
    public async Task Field_SeveralUnknown_AllTold()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, more: "\"a\":1,\"b\":2");
        Assert.Equal(2, body["error"]!["details"]![0]!["fieldViolations"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("\"generationConfig\":{\"temperature\":\"1\"}", "Invalid value at 'generation_config.temperature' (TYPE_DOUBLE), \"1\"")]
    [InlineData("\"generationConfig\":{\"seed\":2147483648}", "Invalid value at 'generation_config.seed' (TYPE_INT32), 2147483648")]
    [InlineData("\"generationConfig\":{\"maxOutputTokens\":1.5}", "'generation_config.max_output_tokens' (TYPE_INT32)")]
    [InlineData("\"generationConfig\":{\"stopSequences\":\"x\"}", "'generation_config.stop_sequences'")]
    [InlineData("\"generationConfig\":[]", "Proto field is not repeating, cannot start list.")]
    [InlineData("\"safetySettings\":[{\"category\":\"HARM\",\"threshold\":\"OFF\"}]", "(TYPE_ENUM), \"HARM\"")]
    [InlineData("\"tools\":{}", "'tools' (a list)")]
    public async Task Field_WrongType_Refused(string more, string expected) =>
        await Native.AssertRefused(expected, Native.Request(more: more));

    [Fact]
    public async Task Field_SnakeCaseAndNull_Accepted() => await Native.AssertAccepted(Native.Request(more:
        """
        "system_instruction":{"parts":[{"text":"a"}]},"tools":null,"generation_config":{"max_output_tokens":20,"top_p":null,
        "stop_sequences":["x"],"thinking_config":{"include_thoughts":true,"thinking_level":"low"}}
        """));

    [Theory]
    [InlineData("{}", "contents is not specified")]
    [InlineData("""{"contents":[]}""", "contents is not specified")]
    [InlineData("""{"contents":[{"role":"assistant","parts":[{"text":"a"}]}]}""", "Please use a valid role: user, model.")]
    [InlineData("""{"contents":[{"role":"system","parts":[{"text":"a"}]}]}""", "Please use a valid role: user, model.")]
    [InlineData("""{"contents":[{"parts":[{"text":"a"}]},{"role":"user","parts":[{"text":"a"}]}]}""", "Please use a valid role: user, model.")]
    [InlineData("""{"contents":[{"role":"user","parts":[]}]}""", "must not be empty")]
    [InlineData("""{"contents":[{"role":"user"}]}""", "must not be empty")]
    [InlineData("""{"contents":[{"role":"user","parts":[{}]}]}""", "must have one initialized field")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"thought":true}]}]}""", "must have one initialized field")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":""}]}]}""", "contents[0].parts[0].text: must not be empty")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"a","fileData":{"fileUri":"x"}}]}]}""", "oneof field 'data' is already set")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"fileData":{"mimeType":"x"}}]}]}""", "file_uri: required")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"a b="}}]}]}""", "Base64 decoding failed for \"a b=\"")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"data:image/png;base64,AAAA"}}]}]}""", "Base64 decoding failed")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"inlineData":{"data":"AAAA"}}]}]}""", "mime_type: must not be empty")]
    public async Task Contents_Broken_Refused(string body, string expected) =>
        await Native.AssertRefused(expected, body);

    [Theory]
    [InlineData("""{"parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}}]}""", "only text parts")]
    [InlineData("""{"parts":[{"text":""}]}""", "must not be empty")]
    [InlineData("""{"parts":[]}""", "must not be empty")]
    public async Task SystemInstruction_NotText_Refused(string instruction, string expected) =>
        await Native.AssertRefused(expected, Native.Request(more: $"\"systemInstruction\":{instruction}"));

    [Fact]
    public async Task Contents_RolelessSingleTurnAndMedia_Accepted() => await Native.AssertAccepted(
        """{"contents":[{"parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"fileData":{"fileUri":"gs://x"}}]}]}""");

    [Theory]
    [InlineData("not json", "request body is not valid JSON")]
    [InlineData("[]", "request body must be a JSON object")]
    [InlineData("""{"contents":[{"role":"user","parts":[{"text":"\ud800"}]}]}""", "request body has text that is not valid Unicode")]
    public async Task Body_NoJsonObject_Refused(string body, string expected) => await Native.AssertRefused(expected, body);

    [Theory]
    [InlineData("\"temperature\":2.1", "temperature: must be in the range [0, 2], got 2.1")]
    [InlineData("\"temperature\":-0.1", "temperature: must be in the range")]
    [InlineData("\"topP\":1.1", "top_p: must be in the range [0, 1]")]
    [InlineData("\"topK\":0", "top_k: must be in the range")]
    [InlineData("\"candidateCount\":9", "candidate_count: must be in the range [1, 8], got 9")]
    [InlineData("\"candidateCount\":0", "candidate_count: must be in the range")]
    [InlineData("\"maxOutputTokens\":0", "max_output_tokens: must be in the range")]
    [InlineData("\"presencePenalty\":3", "presence_penalty: must be in the range")]
    [InlineData("\"responseLogprobs\":true,\"logprobs\":21", "logprobs: must be in the range [0, 20]")]
    [InlineData("\"logprobs\":2", "logprobs: needs response_logprobs")]
    [InlineData("\"stopSequences\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\"]", "(6) exceeds the maximum of 5")]
    [InlineData("\"responseMimeType\":\"text/html\"", "allowed mimetypes")]
    [InlineData("\"responseSchema\":{\"type\":\"STRING\"}", "response schema is only supported with a JSON")]
    [InlineData("\"responseJsonSchema\":{\"type\":\"string\"}", "response schema is only supported with a JSON")]
    [InlineData("\"responseMimeType\":\"application/json\",\"responseSchema\":{\"type\":\"STRING\"},\"responseJsonSchema\":{}", "Only one of")]
    public async Task Config_OutOfRange_Refused(string config, string expected) =>
        await Native.AssertRefused(expected, Native.Request(more: $"\"generationConfig\":{{{config}}}"));

    [Theory]
    [InlineData(Native.Flash3, "\"thinkingBudget\":1,\"thinkingLevel\":\"LOW\"", "only one of thinking budget and thinking level")]
    [InlineData(Native.Flash25, "\"thinkingBudget\":1,\"thinkingLevel\":\"LOW\"", "only one of thinking budget and thinking level")]
    [InlineData(Native.Flash25, "\"thinkingLevel\":\"LOW\"", "Thinking level is not supported for this model.")]
    [InlineData(Native.Flash3, "\"thinkingBudget\":1", "Thinking budget is not supported for this model.")]
    [InlineData(Native.Flash2, "\"thinkingBudget\":0", "Thinking is not supported for this model.")]
    [InlineData(Native.Flash2, "\"includeThoughts\":true", "Thinking is not supported for this model.")]
    [InlineData(Native.Flash25, "\"thinkingBudget\":-2", "The thinking budget -2 is invalid.")]
    public async Task Thinking_NotForTheModel_Refused(string model, string config, string expected) => await Native.AssertRefused(
        expected,
        Native.Request(more: $"\"generationConfig\":{{\"thinkingConfig\":{{{config}}}}}"), model);

    [Theory]
    [InlineData(Native.Flash25, true)]
    [InlineData(Native.Flash2, true)]
    [InlineData(Native.Flash3, false)]
    public async Task JsonModeWithTools_OnlyFromGemini3(string model, bool refused)
    {
        var body = Native.Request(more: Native.Tools + ",\"generationConfig\":{\"responseMimeType\":\"application/json\"}");
        if (refused)
            await Native.AssertRefused("Function calling with a response mime type: 'application/json' is unsupported", body, model);
        else
            await Native.AssertAccepted(body, model);
    }
}
