using System.Text.Json.Nodes;
using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>JSON Schemas as Google's own <c>Schema</c>, for models before 2.5 (wire.md 4.6, rules 36 to 43).</summary>
public sealed class GeminiSchemaTests
{
    private static JsonNode? Convert(string schema) => WriteSchema(schema, Gen2)["responseSchema"];

    private static void AssertSchema(string schema, string expected) => AssertJson(expected, Convert(schema));

    [Fact]
    public void Write_References_AreResolvedInPlace_Rule36() => AssertSchema(
        """
        {"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"b":{"description":"mine","$ref":"#/definitions/B%20b~1c"}},
         "$defs":{"A":{"type":"array","items":{"$ref":"#/definitions/B b~1c"}}},"definitions":{"B b/c":{"type":"integer","description":"its"}}}
        """,
        """
        {"type":"OBJECT","properties":{"a":{"type":"ARRAY","items":{"type":"INTEGER","description":"its"}},"b":{"type":"INTEGER","description":"mine"}},
         "propertyOrdering":["a","b"]}
        """);

    [Fact]
    public void Write_ReferenceIntoTheDepth_IsFound_Rule36() => AssertSchema(
        """{"type":"object","properties":{"a":{"anyOf":[{"type":"integer"},{"type":"string"}]},"b":{"$ref":"#/properties/a/anyOf/1"}}}""",
        """
        {"type":"OBJECT","properties":{"a":{"anyOf":[{"type":"INTEGER"},{"type":"STRING"}]},"b":{"type":"STRING"}},"propertyOrdering":["a","b"]}
        """);

    [Fact]
    public void Write_ReferenceToAnchor_IsFound_Rule36() => AssertSchema(
        """{"type":"object","properties":{"a":{"$ref":"#here"}},"$defs":{"A":{"anyOf":[{"$anchor":"here","type":"integer"}]}}}""",
        """{"type":"OBJECT","properties":{"a":{"type":"INTEGER"}}}""");

    [Fact]
    public void Write_Recursion_IsCut_Rule36() => AssertSchema(
        """
        {"$ref":"#/$defs/Node","$defs":{"Node":{"type":"object","properties":{"name":{"type":"string"},"next":{"$ref":"#/$defs/Node"},
         "all":{"type":"array","items":{"$ref":"#/$defs/Node"}}},"required":["name"]}}}
        """,
        """
        {"type":"OBJECT","properties":{"name":{"type":"STRING"},"next":{"type":"STRING"},"all":{"type":"ARRAY","items":{"type":"STRING"}}},
         "required":["name"],"propertyOrdering":["name","next","all"]}
        """);

    [Fact]
    public void Write_RecursionByRoot_IsCut_Rule36()
    {
        var schema = Convert("""{"type":"object","properties":{"child":{"$ref":"#"}}}""")!;

        AssertJson("""{"type":"OBJECT","properties":{"child":{"type":"OBJECT","properties":{"child":{"type":"STRING"}}}}}""", schema);
    }

    [Fact]
    public void Write_ReferenceToItself_SaysNothing_Rule36() => AssertSchema(
        """{"type":"object","properties":{"a":{"$ref":"#/$defs/A"},"b":{"$ref":"elsewhere"}},"$defs":{"A":{"$ref":"#/$defs/A"}}}""",
        """{"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"STRING"}},"propertyOrdering":["a","b"]}""");

    [Fact]
    public void Write_KeywordsItDoesNotKnow_AreDropped_Rule37() => AssertSchema(
        """
        {"$schema":"http://json-schema.org/draft-07/schema#","$id":"i","$comment":"c","title":"T","type":"object","strict":true,"additionalProperties":false,
         "patternProperties":{"x":{}},"description":"d","default":{},"examples":[1],"minProperties":1,
         "properties":{"title":{"type":"string","title":"t","default":"x","minLength":1,"maxLength":2,"pattern":"^a","contentEncoding":"base64"},
                       "default":{"type":"integer","exclusiveMinimum":0,"maximum":9,"multipleOf":3}},
         "required":["title","unknown"],"if":{},"then":{},"not":{}}
        """,
        """
        {"type":"OBJECT","description":"d","minProperties":1,
         "properties":{"title":{"type":"STRING","minLength":1,"maxLength":2,"pattern":"^a"},"default":{"type":"INTEGER","maximum":9}},
         "required":["title"],"propertyOrdering":["title","default"]}
        """);

    [Theory]
    [InlineData("{\"type\":[\"string\",\"null\"],\"description\":\"d\"}", "{\"type\":\"STRING\",\"nullable\":true,\"description\":\"d\"}")]
    [InlineData("{\"type\":[\"string\"]}", "{\"type\":\"STRING\"}")]
    [InlineData("{\"type\":[\"null\"]}", "{\"type\":\"NULL\"}")]
    [InlineData("{\"type\":\"null\"}", "{\"type\":\"NULL\"}")]
    [InlineData("{\"type\":\"string\",\"nullable\":true}", "{\"type\":\"STRING\",\"nullable\":true}")]
    [InlineData(
        "{\"type\":[\"string\",\"integer\",\"null\"],\"description\":\"d\",\"minimum\":1,\"maxLength\":2}",
        "{\"anyOf\":[{\"type\":\"STRING\",\"nullable\":true,\"description\":\"d\",\"maxLength\":2},{\"type\":\"INTEGER\",\"nullable\":true,\"description\":\"d\",\"minimum\":1}]}")]
    public void Write_TypeLists_AreNullableOrAnyOf_Rule38(string schema, string expected) => AssertSchema(schema, expected);

    [Theory]
    [InlineData("{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"null\"}],\"description\":\"d\"}", "{\"type\":\"INTEGER\",\"nullable\":true,\"description\":\"d\"}")]
    [InlineData("{\"oneOf\":[{\"type\":\"integer\"},{\"const\":null}]}", "{\"type\":\"INTEGER\",\"nullable\":true}")]
    [InlineData("{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"string\"}]}", "{\"anyOf\":[{\"type\":\"INTEGER\"},{\"type\":\"STRING\"}]}")]
    [InlineData(
        "{\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"string\",\"description\":\"own\"},{\"type\":\"null\"}],\"description\":\"d\",\"title\":\"t\"}",
        "{\"anyOf\":[{\"type\":\"INTEGER\",\"nullable\":true,\"description\":\"d\"},{\"type\":\"STRING\",\"nullable\":true,\"description\":\"own\"}]}")]
    [InlineData(
        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"}},\"anyOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]}",
        "{\"anyOf\":[{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"},\"b\":{\"type\":\"STRING\"}},\"required\":[\"a\"],\"propertyOrdering\":[\"a\",\"b\"]},{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"},\"b\":{\"type\":\"STRING\"}},\"required\":[\"b\"],\"propertyOrdering\":[\"a\",\"b\"]}]}")]
    public void Write_Alternatives_AreNullableOrAnyOfAlone_Rule39(string schema, string expected) => AssertSchema(schema, expected);

    [Theory]
    [InlineData("{\"const\":\"a\"}", "{\"type\":\"STRING\",\"enum\":[\"a\"]}")]
    [InlineData("{\"type\":\"integer\",\"enum\":[1,2.5]}", "{\"type\":\"STRING\",\"enum\":[\"1\",\"2.5\"]}")]
    [InlineData("{\"enum\":[\"a\",null]}", "{\"type\":\"STRING\",\"nullable\":true,\"enum\":[\"a\"]}")]
    [InlineData("{\"enum\":[\"\",\"a\"]}", "{\"type\":\"STRING\",\"enum\":[\"a\"]}")]
    [InlineData("{\"const\":true}", "{\"type\":\"BOOLEAN\"}")]
    [InlineData(
        "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]},{\"$ref\":\"#/$defs/B\"}],\"description\":\"d\",\"$defs\":{\"B\":{\"properties\":{\"b\":{\"type\":\"boolean\"},\"a\":{\"type\":\"null\"}},\"required\":[\"b\",\"a\"]}}}",
        "{\"type\":\"OBJECT\",\"description\":\"d\",\"properties\":{\"a\":{\"type\":\"STRING\"},\"b\":{\"type\":\"BOOLEAN\"}},\"required\":[\"a\",\"b\"],\"propertyOrdering\":[\"a\",\"b\"]}")]
    public void Write_ConstEnumAllOf_AreEnumsOfStringsAndMerged_Rule40(string schema, string expected) => AssertSchema(schema, expected);

    [Theory]
    [InlineData("string", "date-time", true)]
    [InlineData("string", "enum", true)]
    [InlineData("string", "uri", false)]
    [InlineData("string", "int32", false)]
    [InlineData("integer", "int64", true)]
    [InlineData("number", "double", true)]
    [InlineData("number", "decimal", false)]
    public void Write_Format_OnlyIfSafe_Rule41(string type, string format, bool kept) => AssertSchema(
        $$"""{"type":"{{type}}","format":"{{format}}"}""",
        kept ? $$"""{"type":"{{type.ToUpperInvariant()}}","format":"{{format}}"}""" : $$"""{"type":"{{type.ToUpperInvariant()}}"}""");

    [Theory]
    [InlineData("{\"type\":\"array\",\"minItems\":1}", "{\"type\":\"ARRAY\",\"minItems\":1,\"items\":{\"type\":\"STRING\"}}")]
    [InlineData("{\"type\":\"array\",\"items\":true}", "{\"type\":\"ARRAY\",\"items\":{\"type\":\"STRING\"}}")]
    [InlineData("{\"items\":{\"type\":\"number\"}}", "{\"type\":\"ARRAY\",\"items\":{\"type\":\"NUMBER\"}}")]
    [InlineData("{\"type\":\"array\",\"prefixItems\":[{\"type\":\"number\"},{\"type\":\"number\"}]}", "{\"type\":\"ARRAY\",\"items\":{\"type\":\"NUMBER\"}}")]
    [InlineData(
        "{\"type\":\"array\",\"items\":[{\"type\":\"number\"},{\"type\":\"string\"}]}",
        "{\"type\":\"ARRAY\",\"items\":{\"anyOf\":[{\"type\":\"NUMBER\"},{\"type\":\"STRING\"}]}}")]
    public void Write_Arrays_HaveItems_Rule42(string schema, string expected) => AssertSchema(schema, expected);

    [Fact]
    public void Write_CallersOwnOrdering_IsKept_Rule42() => AssertSchema(
        """{"type":"object","properties":{"a":true,"b":{},"c":false},"required":["c"],"propertyOrdering":["b","c","a"]}""",
        """{"type":"OBJECT","properties":{"a":{"type":"STRING"},"b":{"type":"STRING"}},"propertyOrdering":["b","a"]}""");

    [Theory]
    [InlineData("{\"type\":\"Number\"}", "{\"type\":\"NUMBER\"}")]
    [InlineData("{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"any\"}}}", "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"}}}")]
    [InlineData("{\"properties\":{\"a\":{\"type\":\"object\"}}}", "{\"type\":\"OBJECT\",\"properties\":{\"a\":{\"type\":\"STRING\"}}}")]
    public void Write_Types_AreUpperCase_Rule43(string schema, string expected) => AssertSchema(schema, expected);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"type\":\"object\",\"description\":\"d\"}")]
    public void Write_SchemaThatSaysNothing_IsLeftOut_Rule36(string schema) => Assert.Null(Convert(schema));

    [Fact]
    public void Write_ReferencesThatExplode_AreBounded_Rule36()
    {
        var definitions = Many(40, """
            "DTHIS":{"type":"object","properties":{"a":{"$ref":"#/$defs/DNEXT"},"b":{"$ref":"#/$defs/DNEXT"}}}
            """);

        var schema = Convert("""{"$ref":"#/$defs/D0","$defs":{"D40":{"type":"integer"},""" + definitions + "}}")!;

        Assert.InRange(CountSchemas(schema), 5_000, 10_000);
        Assert.Equal("STRING", (string?)schema["properties"]!["b"]!["type"]);
    }

    [Fact]
    public void Write_AlternativesThatExplode_AreBounded_Rule39()
    {
        var properties = Many(200, "\"pTHIS\":{\"type\":\"integer\"}");
        var branches = Many(200, "{\"required\":[\"pTHIS\"]}");

        var schema = Convert("{\"type\":\"object\",\"properties\":{" + properties + "},\"anyOf\":[" + branches + "]}")!;

        Assert.Equal("OBJECT", (string?)schema["type"]);
        Assert.False(schema.AsObject().ContainsKey("anyOf"));
        Assert.Equal(200, schema["properties"]!.AsObject().Count);
    }

    [Theory]
    [InlineData("\"description\":\"LONG\"")]
    [InlineData("\"pattern\":\"LONG\"")]
    [InlineData("\"enum\":[\"LONG\"]")]
    [InlineData("\"minimum\":1LONG")]
    public void Write_LongTextBesideManyBranches_IsNotCopiedIntoEach_Rule39(string beside)
    {
        var text = beside.Replace("LONG", new string('0', 100_000), StringComparison.Ordinal);

        var schema = Convert("{" + text + ",\"anyOf\":[" + Many(500, "{\"title\":\"THIS\"}") + "]}")!;

        Assert.InRange(schema.ToJsonString().Length, 10, 200_000);
    }

    [Fact]
    public void Write_LongDefinitionsThatReferToEachOther_AreBounded_Rule36()
    {
        var properties = Many(8, "\"pTHIS\":{\"$ref\":\"#/$defs/DTHIS\"}");
        var definitions = Many(8, "\"DTHIS\":{\"description\":\"" + new string('x', 20_000) + "\",\"properties\":{" + properties + "}}");

        var schema = Convert("{\"$ref\":\"#/$defs/D0\",\"$defs\":{" + definitions + "}}")!;

        Assert.InRange(schema.ToJsonString().Length, 100_000, 1_000_000);
    }

    [Fact]
    public void Write_ChainOfReferences_IsBounded_Rule36()
    {
        var definitions = Many(20_000, "\"DTHIS\":{\"items\":{\"$ref\":\"#/$defs/DNEXT\"}}");

        var schema = Convert("{\"$ref\":\"#/$defs/D0\",\"$defs\":{\"D20000\":{}," + definitions + "}}")!;

        var depth = 0;
        for (JsonNode? node = schema; node is not null; node = node["items"])
            depth++;
        Assert.InRange(depth, 20, 70);
    }

    private static int CountSchemas(JsonNode? node) => node switch
    {
        JsonObject map => (map.ContainsKey("type") ? 1 : 0) + map.Sum(field => CountSchemas(field.Value)),
        JsonArray list => list.Sum(CountSchemas),
        _ => 0,
    };
}
