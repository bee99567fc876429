namespace ThotNet.ProviderSimulator.Tests.Gemini;

/// <summary>wire.md 4.2: Google's <c>Schema</c>, and the part of JSON Schema that is taken beside it.</summary>
public class SchemaRulesTests
{
    [Theory]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"$ref":"#/$defs/x"}}}""", "Unknown name \"$ref\" at '{path}.properties[a]': Cannot find field.")]
    [InlineData("""{"type":"OBJECT","$schema":"x","properties":{"a":{"type":"STRING"}}}""", "Unknown name \"$schema\" at '{path}'")]
    [InlineData("""{"type":"OBJECT","$defs":{},"properties":{"a":{"type":"STRING"}}}""", "Unknown name \"$defs\"")]
    [InlineData("""{"type":"OBJECT","additionalProperties":false,"properties":{"a":{"type":"STRING"}}}""", "Unknown name \"additionalProperties\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"const":"x"}}}""", "Unknown name \"const\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"oneOf":[]}}}""", "Unknown name \"oneOf\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"allOf":[]}}}""", "Unknown name \"allOf\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"not":{}}}}""", "Unknown name \"not\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"if":{}}}}""", "Unknown name \"if\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"exclusiveMinimum":1}}}""", "Unknown name \"exclusiveMinimum\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"patternProperties":{}}}}""", "Unknown name \"patternProperties\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"examples":[]}}}""", "Unknown name \"examples\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":["string","null"]}}}""", "Unknown name \"type\" at '{path}.properties[a]': Proto field is not repeating")]
    [InlineData("""{"type":"OBJECT","properties":{"a":true}}""", "'{path}.properties[a]' (an object), true")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"any"}}}""", "(TYPE_ENUM), \"any\"")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"STRING","enum":[1]}}}""", "enum[0]' (TYPE_STRING), 1")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"STRING","enum":[""]}}}""", "enum: cannot be empty")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"INTEGER","enum":["1"]}}}""", "enum: only allowed for STRING type")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"OBJECT","properties":{}}}}""", "properties[a].properties: should be non-empty for OBJECT type")]
    [InlineData("""{"type":"OBJECT","properties":{}}""", "properties: should be non-empty for OBJECT type")]
    [InlineData("""{"type":"object"}""", "properties: should be non-empty for OBJECT type")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"ARRAY"}}}""", "items: missing field.")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"ARRAY","items":{"type":"STRING","format":"uri"}}}}""", "properties[a].items.format: only 'enum' and 'date-time'")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"anyOf":[{"type":"STRING"},{"type":"OBJECT"}]}}}""", "any_of[1].properties: should be non-empty")]
    [InlineData("""{"type":"OBJECT","properties":{"a":{"type":"STRING"}},"required":["b"]}""", "required: property 'b' is not defined")]
    public async Task Schema_Unsupported_RefusedForParametersAndAnswers(string schema, string expected)
    {
        await Native.AssertRefused(
            expected.Replace("{path}", "tools[0].function_declarations[0].parameters", StringComparison.Ordinal),
            Native.Request(more: $"\"tools\":[{{\"functionDeclarations\":[{{\"name\":\"f\",\"parameters\":{schema}}}]}}]"));
        await Native.AssertRefused(
            expected.Replace("{path}", "generation_config.response_schema", StringComparison.Ordinal),
            Native.Request(more: $"\"generationConfig\":{{\"responseMimeType\":\"application/json\",\"responseSchema\":{schema}}}"));
    }

    [Fact]
    public async Task Schema_AllItKnows_Accepted() => await Native.AssertAccepted(Native.Request(more:
        """
        "generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"object","title":"t","description":"d","nullable":true,
        "properties":{"a":{"type":"STRING","format":"date-time","minLength":1,"maxLength":9,"pattern":"x","example":"e","default":"d"},
        "b":{"type":"ARRAY","items":{"type":"INTEGER","format":"int32","minimum":1,"maximum":2},"min_items":1,"maxItems":2},
        "c":{"anyOf":[{"type":"STRING","enum":["x"]},{"type":"NULL"}]}},"required":["a"],"propertyOrdering":["a","b"],"minProperties":1}}
        """));

    [Theory]
    [InlineData("""{"type":"object","$schema":"x"}""", "unsupported keyword '$schema'")]
    [InlineData("""{"type":"object","properties":{"a":{"const":1}}}""", "properties.a: unsupported keyword 'const'")]
    [InlineData("""{"type":"object","properties":{"a":{"pattern":"x"}}}""", "unsupported keyword 'pattern'")]
    [InlineData("""{"type":"object","properties":{"a":{"default":1}}}""", "unsupported keyword 'default'")]
    [InlineData("""{"type":"object","properties":{"a":{"items":{"minLength":1}}}}""", "unsupported keyword 'minLength'")]
    [InlineData("""{"anyOf":[{"allOf":[]}]}""", "unsupported keyword 'allOf'")]
    [InlineData("""{"definitions":{}}""", "unsupported keyword 'definitions'")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/x","description":"d"}},"$defs":{"x":{"type":"string"}}}""", "no other fields but those beginning with $")]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/y"}},"$defs":{"x":{"type":"string"}}}""", "does not refer to a definition")]
    [InlineData("""{"properties":{"a":{"$ref":"http://x"}}}""", "does not refer to a definition")]
    [InlineData("""{"properties":{"a":true}}""", "must be a schema object")]
    [InlineData("true", "must be a schema object")]
    [InlineData("""{"type":"any"}""", "must be a type name")]
    [InlineData("""{"enum":[true]}""", "enum: must be a list")]
    [InlineData("""{"required":"a"}""", "required: must be a list of strings")]
    [InlineData("""{"properties":{"a":{"$ref":"#"}},"required":["a"]}""", "recursive references are only allowed in optional properties")]
    [InlineData("""{"$defs":{"x":{"properties":{"n":{"$ref":"#/$defs/x"}},"required":["n"]}}}""", "recursive references")]
    public async Task JsonSchema_OutsideTheSubset_RefusedForParametersAndAnswers(string schema, string expected)
    {
        await Native.AssertRefused(
            expected, Native.Request(more: $"\"tools\":[{{\"functionDeclarations\":[{{\"name\":\"f\",\"parametersJsonSchema\":{schema}}}]}}]"));
        await Native.AssertRefused(
            expected, Native.Request(more: $"\"generationConfig\":{{\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{schema}}}"));
    }

    [Fact]
    public async Task JsonSchema_AllItKnows_Accepted() => await Native.AssertAccepted(Native.Request(more:
        """
        "generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"$id":"i","type":"object","title":"t","description":"d",
        "properties":{"a":{"type":["string","null"]},"b":{"type":"array","items":{"$ref":"#/$defs/x"},"minItems":1,"maxItems":2},
        "c":{"anyOf":[{"enum":[1,"x"]},{"type":"number","minimum":0,"maximum":1}]},"d":{"$ref":"#"},"e":{"prefixItems":[{"type":"string","format":"f"}]}},
        "required":["a"],"additionalProperties":false,"propertyOrdering":["a"],"$defs":{"x":{"$anchor":"y","oneOf":[{"type":"integer"}]}}}}
        """));
}
