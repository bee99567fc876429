namespace ThotNet.EndToEnd.Tests;

/// <summary>Schemas as OpenAI's callers write them: each generation of Gemini, as strict as Google's, takes what is made of them (wire.md 4.2, rules 36 to 43).</summary>
public sealed class GeminiSchemaTests : IAsyncLifetime
{
    private static readonly string[] Models = ["gemini-3.5-flash-lite", "gemini-2.5-flash-lite", "gemini-2.0-flash"];

    private readonly StandaloneFixture _thotnet = new(
    [
        .. Models.SelectMany(model => new[]
        {
            $"--ThotNet:Providers:gemini:Models:{model}:Id={model}",
            $"--ThotNet:Providers:gemini:Models:{model}:Capabilities=Tools,JsonObject,JsonSchema",
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
                    refused.Add($"{model} {property} in {fields[..8]}: {await response.Content.ReadAsStringAsync()}");
                }
            }
        }

        Assert.Empty(refused);
    }

    private static string Schema(string property) => $$"""
        {"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/s","type":"object","additionalProperties":false,"required":["p"],
         "properties":{"p":{{property}},"q":{"$anchor":"here","type":"string"} },
         "$defs":{"A":{"type":"string","minLength":1},"B":{"type":"object","properties":{"b":{"type":"integer"} } } },
         "definitions":{"C":{"type":"number","title":"C"} } }
        """;
}
