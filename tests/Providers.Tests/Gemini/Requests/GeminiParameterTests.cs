using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Parameters (wire.md 4.6, rules 21 to 27 and 31 to 35).</summary>
public sealed class GeminiParameterTests
{
    [Theory]
    [InlineData("\"max_tokens\":5", 5)]
    [InlineData("\"max_tokens\":5,\"max_completion_tokens\":6", 6)]
    [InlineData("\"max_completion_tokens\":null", OutputCap)]
    public void Write_OutputLimit_IsAlwaysThere_Rule21(string fields, int limit) =>
        AssertJson($$"""{"maxOutputTokens":{{limit}}}""", TranslateWith(fields)["generationConfig"]);

    [Theory]
    [InlineData("\"n\":3", OutputCap)]
    [InlineData("\"n\":3,\"max_tokens\":5", 5)]
    [InlineData("\"reasoning_effort\":\"high\"", OutputCap)]
    [InlineData("\"reasoning_effort\":\"none\",\"max_completion_tokens\":6", 6)]
    [InlineData("\"include_reasoning\":true", OutputCap)]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"required\"", OutputCap)]
    [InlineData("\"stream\":true", OutputCap)]
    public void Write_OutputLimit_IsThereWhateverElseIsAsked_Rule21(string fields, int limit)
    {
        foreach (var model in Models)
            Assert.Equal(limit, (int?)TranslateWith(fields, model)["generationConfig"]!["maxOutputTokens"]);
    }

    [Fact]
    public void Write_Sampling_IsForwarded_Rule22()
    {
        AssertConfig("\"temperature\":0.5,\"top_p\":1,\"top_k\":40", """{"temperature":0.5,"topP":1,"topK":40}""", Flash3);
        AssertConfig("\"temperature\":null,\"top_p\":null,\"top_k\":null", "{}");
    }

    [Theory]
    [InlineData("\"stop\":\"a\\n\"", "{\"stopSequences\":[\"a\\n\"]}")]
    [InlineData("\"stop\":[\"a\",\"b\",\"c\",\"d\"]", "{\"stopSequences\":[\"a\",\"b\",\"c\",\"d\"]}")]
    [InlineData("\"stop\":[]", "{}")]
    [InlineData("\"stop\":\"\"", "{}")]
    [InlineData("\"stop\":null", "{}")]
    public void Write_Stop_IsArray_Rule23(string fields, string expected) => AssertConfig(fields, expected);

    [Fact]
    public void Write_Choices_AreCountedOnlyIfMany_Rule24()
    {
        AssertConfig("\"n\":1", "{}");
        AssertConfig("\"n\":3", """{"candidateCount":3}""");
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("-2147483648", int.MinValue)]
    [InlineData("2147483648", int.MinValue)]
    [InlineData("4294967296", 1)]
    [InlineData("9223372036854775807", int.MinValue)]
    public void Write_Seed_IsFoldedTo32Bits_Rule25(string seed, int expected) => AssertConfig($"\"seed\":{seed}", $$"""{"seed":{{expected}}}""");

    [Fact]
    public void Write_Penalties_AreForwarded_Rule25() =>
        AssertConfig("\"presence_penalty\":1.5,\"frequency_penalty\":-2", """{"presencePenalty":1.5,"frequencyPenalty":-2}""");

    [Fact]
    public void Write_LogProbs_OnlyIfAskedFor_Rule26()
    {
        AssertConfig("\"logprobs\":true,\"top_logprobs\":5", """{"responseLogprobs":true,"logprobs":5}""");
        AssertConfig("\"logprobs\":true", """{"responseLogprobs":true}""");
        AssertConfig("\"logprobs\":false", "{}");
    }

    [Theory]
    [InlineData("{\"type\":\"text\"}", Flash25, "{}")]
    [InlineData("{\"type\":\"json_object\"}", Gen1, "{\"responseMimeType\":\"application/json\"}")]
    [InlineData("{\"json_schema\":{\"name\":\"x\"},\"type\":\"json_schema\"}", Flash25, "{\"responseMimeType\":\"application/json\"}")]
    [InlineData("{\"type\":\"json_object\",\"json_schema\":{\"name\":\"x\",\"schema\":{\"type\":\"string\"}}}", Flash25, "{\"responseMimeType\":\"application/json\"}")]
    [InlineData(
        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}",
        Flash25,
        "{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}")]
    [InlineData(
        "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}}}",
        Gen2,
        "{\"responseMimeType\":\"application/json\",\"responseSchema\":{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"}}}}")]
    public void Write_ResponseFormat_IsMimeTypeAndSchema_Rule27(string format, string model, string expected) =>
        AssertConfig($"\"response_format\":{format}", expected, model);

    [Theory]
    [InlineData("none", Flash25, "{\"thinkingConfig\":{\"thinkingBudget\":0}}")]
    [InlineData("none", Pro25, "{\"thinkingConfig\":{\"thinkingBudget\":128}}")]
    [InlineData("minimal", Flash25, "{\"thinkingConfig\":{\"thinkingBudget\":512}}")]
    [InlineData("low", Flash25, "{\"thinkingConfig\":{\"thinkingBudget\":1024}}")]
    [InlineData("medium", Pro25, "{\"thinkingConfig\":{\"thinkingBudget\":8192}}")]
    [InlineData("high", Pro25, "{\"thinkingConfig\":{\"thinkingBudget\":24576}}")]
    [InlineData("xhigh", Flash25, "{\"thinkingConfig\":{\"thinkingBudget\":24576}}")]
    [InlineData("none", Flash3, "{\"thinkingConfig\":{\"thinkingLevel\":\"minimal\"}}")]
    [InlineData("none", Pro3, "{\"thinkingConfig\":{\"thinkingLevel\":\"low\"}}")]
    [InlineData("minimal", Flash3, "{\"thinkingConfig\":{\"thinkingLevel\":\"minimal\"}}")]
    [InlineData("minimal", Pro3, "{\"thinkingConfig\":{\"thinkingLevel\":\"low\"}}")]
    [InlineData("low", Flash3, "{\"thinkingConfig\":{\"thinkingLevel\":\"low\"}}")]
    [InlineData("medium", "brand-new", "{\"thinkingConfig\":{\"thinkingLevel\":\"medium\"}}")]
    [InlineData("high", Pro3, "{\"thinkingConfig\":{\"thinkingLevel\":\"high\"}}")]
    [InlineData("max", Flash3, "{\"thinkingConfig\":{\"thinkingLevel\":\"high\"}}")]
    [InlineData("high", Gen1, "{}")]
    [InlineData("high", Gen2, "{}")]
    public void Write_ReasoningEffort_IsBudgetOrLevel_Rule32(string effort, string model, string expected) =>
        AssertConfig($"\"reasoning_effort\":\"{effort}\"", expected, model);

    [Theory]
    [InlineData("\"include_reasoning\":true", Flash3, "{\"thinkingConfig\":{\"includeThoughts\":true}}")]
    [InlineData("\"include_reasoning\":true,\"reasoning_effort\":\"low\"", Flash25, "{\"thinkingConfig\":{\"thinkingBudget\":1024,\"includeThoughts\":true}}")]
    [InlineData("\"include_reasoning\":true,\"reasoning_effort\":\"none\"", Flash25, "{\"thinkingConfig\":{\"thinkingBudget\":0}}")]
    [InlineData("\"include_reasoning\":true,\"reasoning_effort\":\"none\"", Pro25, "{\"thinkingConfig\":{\"thinkingBudget\":128,\"includeThoughts\":true}}")]
    [InlineData("\"include_reasoning\":false", Flash25, "{}")]
    [InlineData("\"include_reasoning\":true", Gen2, "{}")]
    public void Write_IncludeReasoning_AsksForThoughts_Rule32(string fields, string model, string expected) => AssertConfig(fields, expected, model);

    [Fact]
    public void Write_WhatHasNoCounterpart_IsDropped_Rules31And33And35()
    {
        var body = TranslateWith("""
            "logit_bias":{"1":2},"user":"u","store":true,"metadata":{},"service_tier":"auto","prediction":{},"modalities":["text"],
            "prompt_cache_key":"k","safety_identifier":"s","verbosity":"low","stream":true,"stream_options":{"include_usage":true},
            "parallel_tool_calls":false,"models":["a"],"route":"fallback","made_up":1,"tool_choice":"auto","functions":[],"tools":[]
            """);

        AssertJson("""{"contents":[{"role":"user","parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":777}}""", body);
    }
}
