namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>wire.md 4.2: tools, their configuration and the turns with their calls and results.</summary>
public class ToolRulesTests
{
    private const string Dummy = "\"thoughtSignature\":\"skip_thought_signature_validator\"";
    private const string Ask = """{"role":"user","parts":[{"text":"a"}]}""";
    private const string Call = """{"role":"model","parts":[{"functionCall":{"name":"f","args":{}},""" + Dummy + "}]}";
    private const string Result = """{"functionResponse":{"name":"f","response":{}}}""";

    [Theory]
    [InlineData("""[{"functionDeclarations":[{"description":"x"}]}]""", "Invalid function name")]
    [InlineData("""[{"functionDeclarations":[{"name":"a b"}]}]""", "Invalid function name")]
    [InlineData("""[{"functionDeclarations":[{"name":"é"}]}]""", "Invalid function name")]
    [InlineData("""[{"functionDeclarations":[{"name":"a123456789a123456789a123456789a123456789a123456789a123456789a1234"}]}]""", "Invalid function name")]
    [InlineData("""[{"functionDeclarations":[{"name":"f"},{"name":"f"}]}]""", "Duplicate function declaration found: f")]
    [InlineData("""[{}]""", "required one_of 'tool_type'")]
    [InlineData("""[{"functionDeclarations":[]}]""", "required one_of 'tool_type'")]
    [InlineData("""[{"functionDeclarations":[{"name":"f","parameters":{"type":"STRING"}}]}]""", "should be of type OBJECT")]
    [InlineData("""[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}},"parametersJsonSchema":{}}]}]""", "must not both be set")]
    public async Task Tools_Broken_Refused(string tools, string expected) =>
        await Native.AssertRefused(expected, Native.Request(more: $"\"tools\":{tools}"));

    [Fact]
    public async Task Tools_LongestNameWithAllSigns_Accepted() => await Native.AssertAccepted(Native.Request(more:
        """
        "tools":[{"functionDeclarations":[{"name":"A_.:-6789a123456789a123456789a123456789a123456789a123456789a123"}]},{"googleSearch":{}}]
        """));

    [Theory]
    [InlineData("", """{"mode":"AUTO"}""", "without function_declarations")]
    [InlineData("\"tools\":[{\"googleSearch\":{}}],", """{"mode":"ANY"}""", "without function_declarations")]
    [InlineData(Native.Tools + ",", """{"mode":"AUTO","allowedFunctionNames":["f"]}""", "only supported with mode ANY or VALIDATED")]
    [InlineData(Native.Tools + ",", """{"mode":"NONE","allowedFunctionNames":["f"]}""", "only supported with mode ANY or VALIDATED")]
    [InlineData(Native.Tools + ",", """{"allowedFunctionNames":["f"]}""", "only supported with mode ANY or VALIDATED")]
    [InlineData(Native.Tools + ",", """{"mode":"ANY","allowedFunctionNames":["g"]}""", "'g' is not declared")]
    [InlineData(Native.Tools + ",", """{"mode":"required"}""", "(TYPE_ENUM), \"required\"")]
    public async Task ToolConfig_Broken_Refused(string tools, string config, string expected) => await Native.AssertRefused(
        expected,
        Native.Request(more: $"{tools}\"toolConfig\":{{\"functionCallingConfig\":{config}}}"));

    [Fact]
    public async Task ToolConfig_EmptyWithoutTools_Refused() =>
        await Native.AssertRefused("without function_declarations", Native.Request(more: "\"toolConfig\":{}"));

    [Theory]
    [InlineData(Call, "function call turn comes immediately after a user turn")]
    [InlineData(Ask + ",{\"role\":\"model\",\"parts\":[{\"text\":\"x\"}]}," + Call, "function call turn comes immediately after a user turn")]
    [InlineData(Ask + ",{\"role\":\"user\",\"parts\":[{\"functionCall\":{\"name\":\"f\"}," + Dummy + "}]}", "function call turn comes")]
    [InlineData(Ask + "," + Call + "," + Ask, "number of function response parts is equal")]
    [InlineData(Ask + "," + Call + ",{\"role\":\"user\",\"parts\":[" + Result + "," + Result + "]}", "number of function response parts is equal")]
    [InlineData(Ask + "," + Call + ",{\"role\":\"user\",\"parts\":[{\"text\":\"x\"}," + Result + "]}", "number of function response parts is equal")]
    [InlineData(Ask + "," + Call + ",{\"role\":\"model\",\"parts\":[" + Result + "]}", "function response turn comes immediately after")]
    [InlineData("{\"role\":\"user\",\"parts\":[" + Result + "]}", "function response turn comes immediately after")]
    [InlineData(Ask + ",{\"role\":\"model\",\"parts\":[{\"text\":\"x\"}]},{\"role\":\"user\",\"parts\":[" + Result + "]}", "function response turn comes")]
    [InlineData(Ask + "," + Call + ",{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"g\",\"response\":{}}}]}", "name 'g' does not match function call name 'f'")]
    [InlineData(Ask + "," + Call + ",{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\"}}]}", "response: required field")]
    [InlineData(Ask + "," + Call + ",{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"f\",\"response\":\"x\"}}]}", "function_response.response' (an object)")]
    [InlineData(Ask + "," + Call + ",{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"response\":{}}}]}", "Name cannot be empty")]
    [InlineData(Ask + ",{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":\"{}\"}}]}", "function_call.args' (an object)")]
    [InlineData(Ask + ",{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"args\":{}}}]}", "Name cannot be empty")]
    public async Task Turns_CallsAndResultsDoNotFit_Refused(string contents, string expected) =>
        await Native.AssertRefused(expected, $"{{\"contents\":[{contents}]}}");

    [Fact]
    public async Task Turns_IdsDiffer_Refused() => await Native.AssertRefused(
        "id '2' does not match function call id '1'",
        $$$$"""
        {"contents":[{{{{Ask}}}},{"role":"model","parts":[{"functionCall":{"id":"1","name":"f"},{{{{Dummy}}}}}]},
        {"role":"user","parts":[{"functionResponse":{"id":"2","name":"f","response":{}}}]}]}
        """);

    [Fact]
    public async Task Turns_TwoCallsTwoResultsThenText_Accepted() => await Native.AssertAccepted($$$$"""
        {"contents":[{{{{Ask}}}},{"role":"model","parts":[{"text":"x"},{"functionCall":{"name":"f"},{{{{Dummy}}}}},{"functionCall":{"name":"g","args":{"a":1}}}]},
        {"role":"user","parts":[{{{{Result}}}},{"functionResponse":{"name":"g","response":{"output":1}}},{"text":"y"}]}]}
        """);

    /// <summary>wire.md rule 19.</summary>
    [Theory]
    [InlineData("", "Function call is missing a thought_signature")]
    [InlineData(",\"thoughtSignature\":\"AAAA\"", "Corrupted thought signature.")]
    [InlineData(",\"thoughtSignature\":\"not base64!\"", "Corrupted thought signature.")]
    public async Task Signature_MissingOrInvented_RefusedByGemini3(string signature, string expected) =>
        await Native.AssertRefused(expected, WithSignature(signature));

    [Theory]
    [InlineData(Native.Flash3, ",\"thoughtSignature\":\"skip_thought_signature_validator\"")]
    [InlineData(Native.Flash3, ",\"thoughtSignature\":\"c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=\"")]
    [InlineData(Native.Flash25, "")]
    [InlineData(Native.Flash2, "")]
    public async Task Signature_DummyOrOlderModel_Accepted(string model, string signature) =>
        await Native.AssertAccepted(WithSignature(signature), model);

    [Fact]
    public async Task Signature_OfTheSimulator_AcceptedForItsCallOnly()
    {
        await using var sim = await Sim.Start();
        var (_, body) = await Native.Generate(sim, "[[tool]]", Native.Tools);
        var part = body["candidates"]![0]!["content"]!["parts"]![0]!;
        var history = $$$$"""{"contents":[{{{{Ask}}}},{"role":"model","parts":[{{{{part.ToJsonString()}}}}]}]}""";
        Assert.Equal(200, (await Native.Json(sim, "gemini-3.6-flash:generateContent", history)).Status);
        part["functionCall"]!["args"]!["q"] = "other";
        var moved = $$$$"""{"contents":[{{{{Ask}}}},{"role":"model","parts":[{{{{part.ToJsonString()}}}}]}]}""";
        Assert.Equal("Corrupted thought signature.", (string?)(await Native.Json(sim, "gemini-3.6-flash:generateContent", moved)).Body["error"]!["message"]);
    }

    [Fact]
    public async Task Signature_OfText_MustBeBase64() => await Native.AssertRefused(
        "thought_signature' (TYPE_BYTES)",
        $$$$"""{"contents":[{{{{Ask}}}},{"role":"model","parts":[{"text":"x","thoughtSignature":"?"}]}]}""");

    private static string WithSignature(string signature) =>
        $$$$"""{"contents":[{{{{Ask}}}},{"role":"model","parts":[{"functionCall":{"name":"f","args":{}}{{{{signature}}}}}]},{"role":"user","parts":[{{{{Result}}}}]}]}""";
}
