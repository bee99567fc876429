using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Messages as Gemini's contents (wire.md 4.6, rules 1 to 13 and 20).</summary>
public sealed class GeminiMessageTests
{
    [Fact]
    public void Write_PlainChat_IsWholeBody_Rule34()
    {
        var body = Translate("""{"model":"auto","stream":true,"messages":[{"role":"user","content":"h\u00e9\n\"x\""}]}""");

        AssertJson(
            """{"contents":[{"role":"user","parts":[{"text":"hé\n\"x\""}]}],"generationConfig":{"maxOutputTokens":777}}""", body);
    }

    [Fact]
    public void Write_HalfACharacterAnywhere_IsReplaced_Wire42()
    {
        var body = Translate("""
            {"model":"auto","messages":[{"role":"user","content":"a\ud83d"},
             {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"b\\udc00\":\"\\ud83d\\ude00\"}"}}]},
             {"role":"tool","tool_call_id":"c","content":"{\"d\":\"\\ud83d\"}"}],
             "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","const":1,"properties":{"e\ud83d":{"type":"string"}}}}}]}
            """);

        AssertJson(
            """
            [{"role":"user","parts":[{"text":"a\ufffd"}]},
             {"role":"model","parts":[{"functionCall":{"name":"f","args":{"b\ufffd":"\ud83d\ude00"}}}]},
             {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"d":"\ufffd"}}}]}]
            """,
            body["contents"]);
        var declaration = body["tools"]![0]!["functionDeclarations"]![0]!;
        Assert.Equal("e\ufffd", Assert.Single(declaration["parametersJsonSchema"]!["properties"]!.AsObject()).Key);
    }

    [Fact]
    public void Write_SystemAndDeveloperAnywhere_AreOneInstructionInOrder_Rule1()
    {
        var body = TranslateMessages("""
            {"role":"system","content":"a"},{"role":"user","content":"q"},{"role":"developer","content":[{"type":"text","text":"b"},{"type":"text","text":"c"}]}
            """);

        AssertJson("""{"parts":[{"text":"a"},{"text":"b"},{"text":"c"}]}""", body["systemInstruction"]);
        AssertJson("""[{"role":"user","parts":[{"text":"q"}]}]""", body["contents"]);
    }

    [Fact]
    public void Write_OnlySystem_IsUserTurn_Rule2()
    {
        var body = TranslateMessages("""{"role":"system","content":"a"},{"role":"developer","content":"b"}""");

        AssertJson("""[{"role":"user","parts":[{"text":"a"},{"text":"b"}]}]""", body["contents"]);
        Assert.False(body.ContainsKey("systemInstruction"));
    }

    [Fact]
    public void Write_OnlyEmptySystem_IsBlankUserTurn_Rule2() =>
        AssertContents("""{"role":"system","content":""}""", """[{"role":"user","parts":[{"text":" "}]}]""");

    [Fact]
    public void Write_EmptySystemText_IsLeftOut_Rule3()
    {
        Assert.False(TranslateMessages($$"""{"role":"system","content":""},{{Hello}}""").ContainsKey("systemInstruction"));
        AssertJson(
            """{"parts":[{"text":"a"}]}""",
            TranslateMessages($$"""{"role":"system","content":[{"type":"text","text":""},{"type":"text","text":"a"}]},{{Hello}}""")["systemInstruction"]);
    }

    [Fact]
    public void Write_Roles_AreUserAndModel_Rule4() => AssertContents(
        """{"role":"user","name":"joe","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"c"}""",
        """[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]},{"role":"user","parts":[{"text":"c"}]}]""");

    [Fact]
    public void Write_NeighboursOfOneRole_AreOneTurn_Rule5() => AssertContents(
        """
        {"role":"user","content":"a"},{"role":"system","content":"s"},{"role":"developer","content":"s"},{"role":"user","content":"b"},
        {"role":"assistant","content":"c"},{"role":"assistant","content":"d"},{"role":"user","content":"e"}
        """,
        """[{"role":"user","parts":[{"text":"a"},{"text":"b"}]},{"role":"model","parts":[{"text":"c"},{"text":"d"}]},{"role":"user","parts":[{"text":"e"}]}]""");

    [Theory]
    [InlineData(Gen1, true)]
    [InlineData(Gen2, false)]
    [InlineData(Flash25, false)]
    [InlineData(Flash3, false)]
    public void Write_LeadingAssistant_HasBlankUserTurnBeforeItOnlyOnOldest_Rule6(string model, bool blank) => AssertContents(
        """{"role":"assistant","content":"a"},{"role":"user","content":"b"}""",
        $$"""[{{(blank ? """{"role":"user","parts":[{"text":" "}]},""" : "")}}{"role":"model","parts":[{"text":"a"}]},{"role":"user","parts":[{"text":"b"}]}]""",
        model);

    [Theory]
    [InlineData(Gen1, false)]
    [InlineData(Gen2, false)]
    [InlineData(Pro25, false)]
    [InlineData(Flash3, true)]
    [InlineData(Pro3, true)]
    public void Write_TrailingAssistant_HasBlankUserTurnAfterItOnlyOnNewest_Rule6(string model, bool blank) => AssertContents(
        """{"role":"user","content":"a"},{"role":"assistant","content":"b"}""",
        $$"""[{"role":"user","parts":[{"text":"a"}]},{"role":"model","parts":[{"text":"b"}]}{{(blank ? """,{"role":"user","parts":[{"text":" "}]}""" : "")}}]""",
        model);

    [Fact]
    public void Write_LeadingCall_HasBlankUserTurnBeforeIt_Rule6() => AssertContents(
        """
        {"role":"assistant","content":"a"},
        {"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":""}}]},
        {"role":"tool","tool_call_id":"c","content":"1"}
        """,
        """
        [{"role":"user","parts":[{"text":" "}]},{"role":"model","parts":[{"text":"a"},{"functionCall":{"name":"f","args":{}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}}]}]
        """,
        Gen2);

    [Fact]
    public void Write_Parts_KeepTheirOrder_Rule7() => AssertContents(
        """{"role":"user","content":[{"text":"a","type":"text"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}},{"type":"text","text":"b"}]}""",
        """[{"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"text":"b"}]}]""");

    [Fact]
    public void Write_EmptyTexts_AreLeftOut_Rule8() => AssertContents(
        """{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"a"}]},{"role":"user","content":""}""",
        """[{"role":"user","parts":[{"text":"a"}]}]""");

    [Fact]
    public void Write_TurnWithoutText_HasBlankOne_Rule8() => AssertContents(
        """
        {"role":"user","content":""},{"role":"assistant","content":""},
        {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}
        """,
        """
        [{"role":"user","parts":[{"text":" "}]},{"role":"model","parts":[{"text":" "}]},
         {"role":"user","parts":[{"inlineData":{"mimeType":"image/png","data":"AAAA"}},{"text":" "}]}]
        """);

    [Theory]
    [InlineData("data:image/png;base64,AAAA", "image/png", "AAAA")]
    [InlineData("data:image/png;charset=utf-8;base64,AA+/", "image/png", "AA+/")]
    [InlineData("DATA:image/webp;BASE64,AAAA", "image/webp", "AAAA")]
    [InlineData("data:image\\/png;base64,AA\\/A", "image/png", "AA/A")]
    [InlineData("data:image/png;base64,AA\\r\\nAA\\n", "image/png", "AAAA")]
    public void Write_ImageAsDataUrl_IsInline_Rule9(string url, string type, string data) => AssertContents(
        $$$"""{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"{{{url}}}","detail":"high"}}]}""",
        $$$"""[{"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"{{{type}}}","data":"{{{data}}}"}}]}]""");

    [Theory]
    [InlineData("https://x.example/a.png", "image/png")]
    [InlineData("https://x.example/a.WEBP?size=1.gif#b.gif", "image/webp")]
    [InlineData("http://x.example/a.jpeg", "image/jpeg")]
    [InlineData("https:\\/\\/x.example\\/a.gif", "image/gif")]
    [InlineData("https://x.example/a", "image/jpeg")]
    public void Write_ImageAsUrl_IsReference_Rule10(string url, string type) => AssertContents(
        $$$"""{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"{{{url}}}","detail":"low"}}]}""",
        $$$"""[{"role":"user","parts":[{"text":"a"},{"fileData":{"mimeType":"{{{type}}}","fileUri":"{{{url}}}"}}]}]""");

    [Theory]
    [InlineData("mp3", "audio/mp3")]
    [InlineData("wav", "audio/wav")]
    public void Write_Audio_IsInline_Rule11(string format, string type) => AssertContents(
        $$$"""{"role":"user","content":[{"type":"text","text":"a"},{"type":"input_audio","input_audio":{"data":"AAAA","format":"{{{format}}}"}}]}""",
        $$$"""[{"role":"user","parts":[{"text":"a"},{"inlineData":{"mimeType":"{{{type}}}","data":"AAAA"}}]}]""");

    [Theory]
    [InlineData("\"file_data\":\"data:text/csv;base64,AAAA\"", "{\"inlineData\":{\"mimeType\":\"text/csv\",\"data\":\"AAAA\"}}")]
    [InlineData("\"file_data\":\"AAAA\",\"filename\":\"a\"", "{\"inlineData\":{\"mimeType\":\"application/pdf\",\"data\":\"AAAA\"}}")]
    [InlineData("\"file_id\":\"gs://bucket/a.pdf\"", "{\"fileData\":{\"mimeType\":\"application/pdf\",\"fileUri\":\"gs://bucket/a.pdf\"}}")]
    [InlineData(
        "\"file_data\":null,\"file_id\":\"https://generativelanguage.googleapis.com/v1beta/files/x1\"",
        "{\"fileData\":{\"fileUri\":\"https://generativelanguage.googleapis.com/v1beta/files/x1\"}}")]
    public void Write_File_IsInlineOrReference_Rule12(string file, string part) => AssertContents(
        $$$"""{"role":"user","content":[{"type":"text","text":"a"},{"type":"file","file":{{{{file}}}}}]}""",
        $$"""[{"role":"user","parts":[{"text":"a"},{{part}}]}]""");

    [Fact]
    public void Write_TextAndCalls_AreOneTurnTextFirst_Rule13() => AssertContents(
        $$$"""
        {{{Hello}}},{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}],"content":"let me see"},
        {"role":"tool","tool_call_id":"c","content":"1"}
        """,
        """
        [{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"let me see"},{"functionCall":{"name":"f","args":{"a":1}}}]},
         {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}}]}]
        """);

    [Fact]
    public void Write_Refusals_AreText_Rule20() => AssertContents(
        $$$"""
        {{{Hello}}},{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"refusal","refusal":"no"}]},
        {"role":"assistant","content":null,"refusal":"never"},{{{Hello}}}
        """,
        """
        [{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"a"},{"text":"no"},{"text":"never"}]},
         {"role":"user","parts":[{"text":"hi"}]}]
        """);

    [Fact]
    public void Write_FieldsThatComeTwice_LastOneCounts_Wire11() => AssertContents(
        """{"role":"assistant","content":"a","r\u006fle":"user","content":"b"}""",
        """[{"role":"user","parts":[{"text":"b"}]}]""");
}
