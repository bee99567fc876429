using System.Text.Json.Nodes;
using ThotNet.Providers.Gemini;
using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Tool calls and their results (wire.md 4.6, rules 14 to 19).</summary>
public sealed class GeminiCallTests
{
    private static string Call(string id, string arguments = "{}", string name = "f", string more = "") =>
        $$"""{"id":"{{id}}","type":"function","function":{"name":"{{name}}","arguments":{{JsonValue.Create(arguments).ToJsonString()}}}{{more}}}""";

    private static string Calls(params string[] calls) => $$"""{"role":"assistant","content":null,"tool_calls":[{{string.Join(',', calls)}}]}""";

    private static string Result(string id, string content = "\"1\"") => $$"""{"role":"tool","tool_call_id":"{{id}}","content":{{content}}}""";

    private static JsonArray Contents(string model, params string[] messages) =>
        TranslateMessages(string.Join(',', [Hello, .. messages]), model)["contents"]!.AsArray();

    private static JsonNode CallPart(JsonObject body, int index = 0) => body["contents"]![1]!["parts"]![index]!;

    [Theory]
    [InlineData("", "{}")]
    [InlineData(" \n ", "{}")]
    [InlineData("{}", "{}")]
    [InlineData(" {\"a\": [1, \"\u00e9\\n\"]}\n", "{\"a\":[1,\"\u00e9\\n\"]}")]
    public void Write_Arguments_AreObject_Rule14(string arguments, string args)
    {
        var contents = Contents(Gen2, Calls(Call("c", arguments)), Result("c"));

        AssertJson($$$"""{"functionCall":{"name":"f","args":{{{args}}}}}""", contents[1]!["parts"]![0]);
    }

    [Fact]
    public void Write_NoArguments_AreEmptyObject_Rule14()
    {
        var contents = Contents(Gen2, """{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f"}}]}""", Result("c"));

        AssertJson("""{"functionCall":{"name":"f","args":{}}}""", contents[1]!["parts"]![0]);
    }

    [Fact]
    public void Write_Result_HasNameOfItsCall_Rule15()
    {
        var contents = Contents(
            Gen2, Calls(Call("c", name: "first")), Result("c"), Calls(Call("d", name: "second")), """{"role":"tool","tool_call_id":"\u0064","name":"other","content":"2"}""");

        AssertJson("""[{"functionResponse":{"name":"first","response":{"output":"1"}}}]""", contents[2]!["parts"]);
        AssertJson("""[{"functionResponse":{"name":"second","response":{"output":"2"}}}]""", contents[4]!["parts"]);
    }

    [Theory]
    [InlineData("\"{\\\"a\\\":{\\\"b\\\":1}}\"", "{\"a\":{\"b\":1}}")]
    [InlineData("\" {} \"", "{}")]
    [InlineData("\"plain\"", "{\"output\":\"plain\"}")]
    [InlineData("\"\"", "{\"output\":\"\"}")]
    [InlineData("\"17\"", "{\"output\":\"17\"}")]
    [InlineData("\"[1]\"", "{\"output\":\"[1]\"}")]
    [InlineData("\"{broken}\"", "{\"output\":\"{broken}\"}")]
    [InlineData("\"{} {}\"", "{\"output\":\"{} {}\"}")]
    [InlineData("\"{\\\"a\\\":{\\\"$ref\\\":1}}\"", "{\"output\":\"{\\\"a\\\":{\\\"$ref\\\":1}}\"}")]
    [InlineData("[{\"type\":\"text\",\"text\":\"{\\\"a\\\":\"},{\"type\":\"text\",\"text\":\"1}\"}]", "{\"a\":1}")]
    [InlineData("[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\",\"text\":\"\"},{\"type\":\"text\",\"text\":\"\\nb\"}]", "{\"output\":\"a\\nb\"}")]
    public void Write_ResultContent_IsObjectOrWrapped_Rule16(string content, string response)
    {
        var contents = Contents(Gen2, Calls(Call("c")), Result("c", content));

        AssertJson($$$"""{"functionResponse":{"name":"f","response":{{{response}}}}}""", contents[2]!["parts"]![0]);
    }

    [Theory]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}")]
    [InlineData("{\"a\":{\"b\":1},\"c\":[{\"b\":1,\"\\u0062\":\"\\n\"}],\"b\":0}", "{\"a\":{\"b\":1},\"c\":[{\"b\":\"\\n\"}],\"b\":0}")]
    [InlineData("{\"a\":[{\"b\":1},{\"b\":2}],\"b\":3}", "{\"a\":[{\"b\":1},{\"b\":2}],\"b\":3}")]
    public void Write_ArgumentsWithNamesTwice_HaveTheLastOne_Rule14(string arguments, string expected) =>
        AssertJson(expected, Contents(Gen2, Calls(Call("c", arguments)), Result("c"))[1]!["parts"]![0]!["functionCall"]!["args"]);

    [Fact]
    public void Write_ArgumentsOfTheGreatestDepth_AreWritten_Rule14()
    {
        var arguments = string.Concat(Enumerable.Repeat("{\"a\":", 63)) + "{\"b\":1,\"b\":2" + new string('}', 64);

        AssertJson(
            arguments.Replace("\"b\":1,", "", StringComparison.Ordinal),
            Contents(Gen2, Calls(Call("c", arguments)), Result("c"))[1]!["parts"]![0]!["functionCall"]!["args"]);
    }

    [Fact]
    public void Write_CallWithMoreThanItsFunction_IsThatFunction_Wire11()
    {
        const string Messages = Hello + """
            ,{"role":"assistant","tool_calls":[{"custom":{"name":"x","input":""},"id":"c","type":"function","function":{"name":"e","arguments":"{\"a\":1}"},
              "function":{"name":"f"},"custom":{"name":"x","input":""}}]},{"role":"tool","tool_call_id":"c","content":"1"}
            """;

        AssertJson("""{"name":"f","args":{}}""", TranslateMessages(Messages, Gen2)["contents"]![1]!["parts"]![0]!["functionCall"]);
    }

    [Fact]
    public void Write_EmptyTextBesideCalls_IsLeftOut_Rule8() => AssertJson(
        """[{"functionCall":{"name":"f","args":{}}}]""",
        Contents(Gen2, Calls(Call("c")).Replace("null", "\"\"", StringComparison.Ordinal), Result("c"))[1]!["parts"]);

    [Fact]
    public void Write_Results_AreOneTurnInOrderOfCalls_Rule17() => AssertJson(
        """
        [{"role":"user","parts":[{"text":"hi"}]},
         {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}},{"functionResponse":{"name":"g","response":{"output":"2"}}}]}]
        """,
        Contents(Gen2, Calls(Call("a"), Call("b", name: "g")), Result("b", "\"2\""), Result("a")));

    [Fact]
    public void Write_UserTextAfterResults_IsTurnOfItsOwn_Rule17() => AssertJson(
        """
        [{"role":"user","parts":[{"text":"hi"}]},
         {"role":"model","parts":[{"text":"s"},{"functionCall":{"name":"f","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}}]},
         {"role":"user","parts":[{"text":"hi"},{"text":"hi"}]},{"role":"model","parts":[{"text":"t"}]}]
        """,
        Contents(
            Gen2, """{"role":"assistant","content":"s"}""", Calls(Call("a")), Result("a"), Hello, Hello, """{"role":"assistant","content":"t"}"""));

    [Fact]
    public void Write_SameIdInLaterTurn_AnswersItsOwnCall_Rule17() => AssertJson(
        """
        [{"role":"user","parts":[{"text":"hi"}]},
         {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}}]},
         {"role":"model","parts":[{"functionCall":{"name":"g","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":"2"}}}]}]
        """,
        Contents(Gen2, Calls(Call("a")), Result("a"), Calls(Call("a", name: "g")), Result("a", "\"2\"")));

    [Fact]
    public void Write_OlderCallsAndResults_AreLifted_Wire11() => AssertJson(
        """
        [{"role":"user","parts":[{"text":"hi"}]},
         {"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"DUMMY"}]},
         {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}}]},
         {"role":"model","parts":[{"functionCall":{"name":"g","args":{}},"thoughtSignature":"DUMMY"}]},
         {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":""}}}]}]
        """.Replace("DUMMY", Dummy, StringComparison.Ordinal),
        Contents(
            Flash3,
            """{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{\"a\":1}"}}""",
            """{"role":"function","name":"f","content":"1"}""",
            """{"role":"assistant","function_call":{"name":"g","arguments":""}}""",
            """{"role":"function","name":"g","content":null}"""));

    [Fact]
    public void Write_OlderCallWithoutResult_IsAnsweredWithNothing_Rule17() => AssertJson(
        """
        [{"role":"user","parts":[{"text":"hi"}]},
         {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":""}}}]},
         {"role":"user","parts":[{"text":"hi"}]},
         {"role":"model","parts":[{"functionCall":{"name":"g","args":{}}},{"functionCall":{"name":"h","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":""}}},{"functionResponse":{"name":"h","response":{"output":"1"}}}]}]
        """,
        Contents(
            Gen2,
            """{"role":"assistant","function_call":{"name":"f","arguments":""}}""",
            Hello,
            """{"role":"assistant","function_call":{"name":"g","arguments":"{}"}}""",
            """{"role":"assistant","function_call":{"name":"h","arguments":"{}"}}""",
            """{"role":"function","name":"h","content":"1"}"""));

    [Theory]
    [InlineData(Gen1, false)]
    [InlineData(Gen2, false)]
    [InlineData(Pro25, false)]
    [InlineData(Flash3, true)]
    [InlineData("brand-new", true)]
    public void Write_Ids_GoToNewestOnly_Rule18(string model, bool sent)
    {
        var contents = Contents(model, Calls(Call("c\\u0031")), Result("c1"));

        Assert.Equal(sent ? "c1" : null, (string?)contents[1]!["parts"]![0]!["functionCall"]!["id"]);
        Assert.Equal(sent ? "c1" : null, (string?)contents[2]!["parts"]![0]!["functionResponse"]!["id"]);
        Assert.Equal("f", (string?)contents[2]!["parts"]![0]!["functionResponse"]!["name"]);
    }

    [Theory]
    [InlineData(Flash25)]
    [InlineData(Flash3)]
    public void Write_CallersOwnSignature_GoesFirst_Rule19(string model)
    {
        var memory = new ThoughtMemory();
        memory.Remember("me", "c", "remembered");
        const string Extra = ",\"extra_content\":{\"google\":{\"thought_signature\":\"own\"}}";

        var body = TranslateMessages($"{Hello},{Calls(Call("c", more: Extra))},{Result("c")}", model, memory, "me");

        Assert.Equal("own", (string?)CallPart(body)["thoughtSignature"]);
    }

    [Theory]
    [InlineData("me", "remembered")]
    [InlineData("other", Dummy)]
    public void Write_RememberedSignature_IsForItsCallerOnly_Rule19(string caller, string signature)
    {
        var memory = new ThoughtMemory();
        memory.Remember("me", "c", "remembered");

        var body = TranslateMessages($"{Hello},{Calls(Call("\\u0063"))},{Result("c")}", Pro3, memory, caller);

        Assert.Equal(signature, (string?)CallPart(body)["thoughtSignature"]);
    }

    [Fact]
    public void Write_LostSignature_IsDummyOnFirstCallOfEachTurn_Rule19()
    {
        var contents = Contents(Flash3, Calls(Call("a"), Call("b")), Result("a"), Result("b"), Calls(Call("c")), Result("c"));

        Assert.Equal(Dummy, (string?)contents[1]!["parts"]![0]!["thoughtSignature"]);
        Assert.Null(contents[1]!["parts"]![1]!["thoughtSignature"]);
        Assert.Equal(Dummy, (string?)contents[3]!["parts"]![0]!["thoughtSignature"]);
    }

    [Theory]
    [InlineData(Gen2)]
    [InlineData(Flash25)]
    [InlineData(Pro25)]
    public void Write_LostSignature_IsNotMissedByOlderOnes_Rule19(string model)
    {
        var contents = Contents(model, Calls(Call("a")), Result("a"));

        Assert.Null(contents[1]!["parts"]![0]!["thoughtSignature"]);
    }

    [Theory]
    [InlineData("{\"google\":{\"thought_signature\":\"\"}}")]
    [InlineData("{\"google\":{\"thought_signature\":null}}")]
    [InlineData("{\"google\":[]}")]
    [InlineData("7")]
    public void Write_SignatureThatIsNone_CountsAsLost_Rule19(string extra)
    {
        var contents = Contents(Flash3, Calls(Call("a", more: $",\"extra_content\":{extra}")), Result("a"));

        Assert.Equal(Dummy, (string?)contents[1]!["parts"]![0]!["thoughtSignature"]);
    }
}
