namespace ThotNet.EndToEnd.Tests;

/// <summary>What OpenAI's callers may write: each generation of Gemini, as strict as Google's, takes what is made of it (wire.md 4.2, 4.6).</summary>
public sealed class GeminiStrictnessTests : IAsyncLifetime
{
    private static readonly string[] Models = ["gemini-3.5-flash-lite", "gemini-2.5-flash-lite", "gemini-2.0-flash"];

    private readonly StandaloneFixture _thotnet = new(
    [
        .. Models.SelectMany(model => new[]
        {
            $"--ThotNet:Providers:gemini:Models:{model}:Id={model}",
            $"--ThotNet:Providers:gemini:Models:{model}:Capabilities=Tools,JsonObject,JsonSchema,Images,Audio,Files,ManyChoices",
        }),
        "--ThotNet:Providers:gemini:Models:default:Id=gemini-3.6-flash",
    ]);

    /// <summary>Values of a property <c>p</c>.</summary>
    private static readonly string[] Properties =
    [
        """{"type":["string","null"],"minLength":1,"pattern":"^a"}""",
        """{"type":["string","integer"],"description":"either"}""",
        """{"oneOf":[{"type":"string"},{"type":"null"}],"description":"maybe"}""",
        """{"anyOf":[{"type":"object","properties":{"a":{"type":"integer"}}},{"type":"array","items":{"type":"string"}}],"title":"T","default":1}""",
        """{"allOf":[{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"number"}},"required":["b"]}]}""",
        """{"const":"x"}""",
        """{"const":7}""",
        """{"const":null}""",
        """{"enum":[1,2,3]}""",
        """{"type":["string","null"],"enum":["a",null]}""",
        """{"type":"string","enum":["","a"]}""",
        """{"enum":[true,false]}""",
        """{"type":"array"}""",
        """{"type":"array","items":true}""",
        """{"type":"array","items":[{"type":"string"},{"type":"integer"}],"uniqueItems":true,"contains":{"type":"string"}}""",
        """{"type":"array","prefixItems":[{"type":"string"}],"items":false,"minItems":1,"maxItems":2}""",
        """{"type":"integer","exclusiveMinimum":0,"exclusiveMaximum":10,"multipleOf":2,"format":"int32"}""",
        """{"type":"string","format":"uri","contentEncoding":"base64","examples":["a"],"deprecated":true,"readOnly":true,"x-own":{"a":1}}""",
        """{"type":"string","format":"date-time"}""",
        """{"type":"object"}""",
        """{"type":"object","properties":{},"additionalProperties":false}""",
        """{"type":"object","additionalProperties":{"type":"string","format":"uuid"},"minProperties":1}""",
        """{"type":"object","patternProperties":{"^a":{"type":"string"}},"propertyNames":{"maxLength":3}}""",
        """{"type":"object","properties":{"a":true,"b":false,"c":{}},"required":["a","unknown"]}""",
        """{"type":"object","properties":{"type":{"type":"string"},"properties":{"type":"object","properties":{"$ref":{"type":"string"}}},"enum":{"type":"integer"},"$defs":{"type":"string"}}}""",
        """{"not":{"type":"string"}}""",
        """{"if":{"type":"string"},"then":{"minLength":1},"else":{"type":"integer"}}""",
        """{"type":"null"}""",
        """{"$ref":"#/$defs/A"}""",
        """{"$ref":"#/$defs/A","description":"beside a reference"}""",
        """{"anyOf":[{"$ref":"#/$defs/A"},{"type":"null"}]}""",
        """{"$ref":"#/$defs/B/properties/b"}""",
        """{"$ref":"#/definitions/C"}""",
        """{"$ref":"#here"}""",
        "{}",
        "true",
    ];

    private const string Function = """{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}""";
    private const string Hello = """{"role":"user","content":"Hello [[tool]]"}""";

    /// <summary>Fields of requests.</summary>
    private static readonly string[] Fields =
    [
        """
        "temperature":0,"top_p":1,"stop":["a","b","c","d"],"seed":9223372036854775807,"presence_penalty":1.5,"frequency_penalty":-2,"user":"u","store":true,
        "metadata":{"a":"b"},"service_tier":"auto","modalities":["text"],"prompt_cache_key":"k","safety_identifier":"s","verbosity":"low","max_completion_tokens":7
        """,
        """
        "temperature":null,"top_p":null,"stop":null,"seed":null,"n":null,"max_tokens":null,"tools":null,"tool_choice":null,"response_format":null,"user":null
        """,
        "\"seed\":-1,\"top_k\":3,\"n\":8,\"stop\":\"x\",\"max_tokens\":1,\"unknown\":{\"a\":[1]}",
        .. new[] { "none", "minimal", "low", "medium", "high", "xhigh", "max" }.Select(effort => $"\"reasoning_effort\":\"{effort}\",\"include_reasoning\":true"),
        "\"tools\":[],\"tool_choice\":\"auto\",\"parallel_tool_calls\":false",
        .. new[]
        {
            "\"auto\"", "\"none\"", "\"required\"", """{"type":"function","function":{"name":"f"}}""",
            """{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}}]}}""",
            """{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}}""",
        }.Select(choice => $"\"tools\":[{Function}],\"parallel_tool_calls\":false,\"tool_choice\":{choice}"),
        "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"function\",\"function\":{\"name\":\"g\",\"description\":\"\",\"parameters\":{}}}]",
        "\"response_format\":{\"type\":\"text\"}",
        "\"response_format\":{\"type\":\"json_object\"}",
    ];

    /// <summary>Messages of requests.</summary>
    private static readonly string[] Messages =
    [
        """{"role":"user","content":""}""",
        """{"role":"user","content":"\ud83d half"}""",
        """{"role":"user","content":[{"type":"text","text":""}]}""",
        """{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":" "}],"name":"n"}""",
        """{"role":"system","content":""},{"role":"user","content":"a"}""",
        """{"role":"system","content":[{"type":"text","text":""},{"type":"text","text":"b"}],"name":"n"},{"role":"user","content":"a"}""",
        """{"role":"system","content":""}""",
        """{"role":"developer","content":"Say a."}""",
        """{"role":"assistant","content":"a"}""",
        """{"role":"assistant","content":""}""",
        """{"role":"assistant","content":"a"},{"role":"user","content":"b"}""",
        """{"role":"user","content":"a"},{"role":"assistant","content":""},{"role":"user","content":"b"}""",
        """{"role":"user","content":"a"},{"role":"assistant","content":null,"refusal":"No."},{"role":"user","content":"b"}""",
        """{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]},{"role":"user","content":""}""",
        """{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"c"},{"role":"assistant","content":"d"}""",
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;charset=x;base64,iVBO\r\nRw0K Ggo="}}]}""",
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:IMAGE/PNG;base64,iVBORw0KGg"}}]}""",
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,-_-_"}}]}""",
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/svg+xml,%3Csvg/%3E"}}]}""",
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,"}}]}""",
        """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:;base64,iVBORw0KGgo="}}]}""",
        """{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"mp3"}}]}""",
        """{"role":"user","content":[{"type":"file","file":{"file_data":"JVBERi0="}}]}""",
        """{"role":"user","content":[{"type":"file","file":{"file_id":"https://generativelanguage.googleapis.com/v1beta/files/abc"}}]}""",
        Called("""{"a":"b"}""", """{"role":"tool","tool_call_id":"c1","content":""}"""),
        Called("", """{"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"x"},{"type":"text","text":"y"}]}"""),
        Called("{}", """{"role":"tool","tool_call_id":"c1","content":"{\"$ref\":1}"}"""),
        Called("{}", """{"role":"tool","tool_call_id":"c1","content":"null"},{"role":"user","content":""},{"role":"user","content":"b"}"""),
        Called("{}", """{"role":"tool","tool_call_id":"c1","content":"x"},{"role":"assistant","content":"done"}"""),
        Called("{}", """{"role":"tool","tool_call_id":"c1","content":"x"},""" + Call("""{"a":"b"}""") + """,{"role":"tool","tool_call_id":"c1","content":"y"}"""),
        Called("""{"a":1e400,"b":{"c":[null,true,-0.0]}}""", """{"role":"tool","tool_call_id":"c1","content":"1e400"}"""),
        Call("{}") + """,{"role":"tool","tool_call_id":"c1","content":"x"}""",
    ];

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public ValueTask DisposeAsync() => _thotnet.DisposeAsync();

    [Fact]
    public async Task Schemas_AsCallersWriteThem_AreTakenByEachGeneration()
    {
        var refused = new List<string>();
        foreach (var (model, property) in Models.SelectMany(_ => Properties, (model, property) => (model, property)))
        {
            var schema = Schema(property);
            foreach (var fields in new[]
            {
                $$$"""
                "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{{{schema}}}}}]
                """,
                $$$"""
                "response_format":{"type":"json_schema","json_schema":{"name":"s","strict":true,"schema":{{{schema}}}}}
                """,
            })
            {
                using var response = await _thotnet.PostChatAsync(
                    $$"""{"model":"gemini/{{model}}",{{fields}},"messages":[{"role":"user","content":"Hello [[tool]]"}]}""");
                if ((int)response.StatusCode != 200)
                {
                    refused.Add($"{model} {property}: {await response.Content.ReadAsStringAsync()}");
                }
            }
        }

        Assert.Equal("", string.Join('\n', refused));
    }

    [Fact]
    public async Task Requests_ThatPassOurOwnRules_AreTakenByEachGeneration()
    {
        var refused = new List<string>();
        var cases = Fields.Select(fields => (fields, Hello)).Concat(Messages.Select(messages => ("\"user\":\"u\"", messages))).ToList();
        foreach (var (model, (fields, messages)) in Models.SelectMany(_ => cases, (model, one) => (model, one)))
        {
            using var response = await _thotnet.PostChatAsync($$"""{"model":"gemini/{{model}}",{{fields}},"messages":[{{messages}}]}""");
            if ((int)response.StatusCode != 200)
            {
                refused.Add($"{(int)response.StatusCode} {fields} {messages}: {await response.Content.ReadAsStringAsync()}");
            }
        }

        // What we refuse ourselves never gets there.
        Assert.Equal("", string.Join('\n', _thotnet.Simulator.Requests().Where(request => request.Status != 200).Select(request => $"{request.Path} {request.Body}")));
        Assert.All(refused, text => Assert.StartsWith("400 ", text, StringComparison.Ordinal));
        Assert.True(refused.Count == 5 * Models.Length, string.Join('\n', refused));
    }

    private static string Called(string arguments, string rest) => $"{{\"role\":\"user\",\"content\":\"a\"}},{Call(arguments)},{rest}";

    private static string Call(string arguments) =>
        """{"role":"assistant","content":"","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"""
        + System.Text.Json.JsonSerializer.Serialize(arguments) + "}}]}";

    private static string Schema(string property) => $$"""
        {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/s","type":"object","additionalProperties":false,"required":["p"],
         "properties":{"p":{{property}},"q":{"$anchor":"here","type":"string"} },
         "$defs":{"A":{"type":"string","minLength":1},"B":{"type":"object","properties":{"b":{"type":"integer"} } } },
         "definitions":{"C":{"type":"number","title":"C"} } }
        """;
}
