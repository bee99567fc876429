using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Tools and their choice (wire.md 4.6, rules 28 to 30).</summary>
public sealed class GeminiToolTests
{
    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string"}}}}},
                 {"type":"function","function":{"name":"g"}}]
        """;

    [Fact]
    public void Write_Tools_AreOneListOfDeclarations_Rule28()
    {
        AssertJson(
            """
            [{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{"type":"object","properties":{"a":{"type":"string"}}}},{"name":"g"}]}]
            """,
            TranslateWith(Tools, Flash25)["tools"]);
        AssertJson(
            """
            [{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"}}}},{"name":"g"}]}]
            """,
            TranslateWith(Tools, Gen2)["tools"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"type\":\"object\"}")]
    [InlineData("{\"type\":\"object\",\"properties\":{ }}")]
    [InlineData("{\"$schema\":\"x\",\"type\":\"object\",\"properties\":{},\"required\":[],\"additionalProperties\":false}")]
    public void Write_ParametersThatAreNone_AreLeftOut_Rule28(string parameters)
    {
        foreach (var model in Models)
        {
            AssertJson(
                """[{"functionDeclarations":[{"name":"f"}]}]""",
                TranslateWith($$$"""
                    "tools":[{"type":"function","function":{"name":"f","description":"","parameters":{{{parameters}}}}}]
                    """, model)["tools"]);
        }
    }

    [Fact]
    public void Write_FreeObject_IsKeptWhereItCanBe_Rule28()
    {
        const string Free = """
            "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","additionalProperties":true}}}]
            """;

        AssertJson(
            """[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object","additionalProperties":true}}]}]""",
            TranslateWith(Free, Flash25)["tools"]);
        AssertJson("""[{"functionDeclarations":[{"name":"f"}]}]""", TranslateWith(Free, Gen2)["tools"]);
    }

    [Fact]
    public void Write_ParametersOfSeveralKinds_AreOneObjectForOlderModels_Rule39() => AssertJson(
        """
        [{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"INTEGER"}}}}]}]
        """,
        TranslateWith("""
            "tools":[{"type":"function","function":{"name":"f","parameters":{"anyOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},
             {"type":"object","properties":{"b":{"type":"integer"}}}]}}}]
            """, Gen2)["tools"]);

    [Fact]
    public void Write_JsonModeAndTools_AreBothSent_Rule29()
    {
        var body = TranslateWith(Tools + ",\"response_format\":{\"type\":\"json_object\"}", Flash3);

        Assert.True(body.ContainsKey("tools"));
        Assert.Equal("application/json", (string?)body["generationConfig"]!["responseMimeType"]);
    }

    [Theory]
    [InlineData("\"auto\"", "{\"mode\":\"AUTO\"}")]
    [InlineData("\"none\"", "{\"mode\":\"NONE\"}")]
    [InlineData("\"required\"", "{\"mode\":\"ANY\"}")]
    [InlineData("{\"type\":\"function\",\"function\":{\"name\":\"g\"}}", "{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"g\"]}")]
    [InlineData(
        "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"required\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]}}",
        "{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\",\"g\"]}")]
    [InlineData(
        "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}}",
        "{\"mode\":\"VALIDATED\",\"allowedFunctionNames\":[\"f\"]}")]
    [InlineData("{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[]}}", "{\"mode\":\"NONE\"}")]
    public void Write_ToolChoice_IsMode_Rule30(string choice, string expected) => AssertJson(
        $$"""{"functionCallingConfig":{{expected}}}""", TranslateWith($"{Tools},\"tool_choice\":{choice}")["toolConfig"]);

    [Fact]
    public void Write_ChoiceOfACustomTool_NamesNoFunction_Rule30()
    {
        var tools = Tools.Replace("[", """[{"type":"custom","custom":{"name":"c"}},""", StringComparison.Ordinal);

        var body = TranslateWith(tools + """
            ,"tool_choice":{"type":"custom","custom":{"name":"c"},"function":{"name":"f"}}
            """);

        Assert.False(body.ContainsKey("toolConfig"));
    }

    [Fact]
    public void Write_NoToolChoice_HasNoConfig_Rule30()
    {
        Assert.False(TranslateWith(Tools).ContainsKey("toolConfig"));
        Assert.False(TranslateWith(Tools + ",\"tool_choice\":null").ContainsKey("toolConfig"));
    }

    [Fact]
    public void Write_ToolChoiceWithoutTools_HasNoConfig_Rule30()
    {
        var body = TranslateWith("\"tools\":[],\"tool_choice\":\"none\"");

        Assert.False(body.ContainsKey("tools"));
        Assert.False(body.ContainsKey("toolConfig"));
    }

    [Theory]
    [InlineData("\"auto\"", "{\"mode\":\"AUTO\"}")]
    [InlineData("\"none\"", "{\"mode\":\"NONE\"}")]
    [InlineData("{\"name\":\"f\"}", "{\"mode\":\"ANY\",\"allowedFunctionNames\":[\"f\"]}")]
    public void Write_OlderFunctions_AreLifted_Rule28(string choice, string expected)
    {
        var body = TranslateWith("""
            "functions":[{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"integer"}}}}],"function_call":
            """ + choice);

        AssertJson(
            """[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object","properties":{"a":{"type":"integer"}}}}]}]""", body["tools"]);
        AssertJson($$"""{"functionCallingConfig":{{expected}}}""", body["toolConfig"]);
    }
}
