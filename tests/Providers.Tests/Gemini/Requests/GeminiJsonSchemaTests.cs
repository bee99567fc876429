using System.Text;
using System.Text.Json;
using ThotNet.Providers.Gemini.Schemas;
using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>JSON Schemas within the keywords that models since 2.5 take (wire.md 4.2).</summary>
public sealed class GeminiJsonSchemaTests
{
    private static void AssertSchema(string schema, string expected)
    {
        foreach (var model in (string[])[Flash25, Pro3])
            AssertJson(expected, WriteSchema(schema, model)["responseJsonSchema"]);
    }

    [Theory]
    [InlineData("""
        {"$id":"i","$defs":{"default":{"type":"string"}},"$anchor":"a","type":["object","null"],"format":"f","title":"t","description":"d",
         "properties":{"const":{"enum":["const",1],"type":"string"},"$schema":{"$ref":"#/$defs/default","$id":"r"},
          "l":{"type":"array","items":{"type":"integer","minimum":1,"maximum":2},"prefixItems":[{"type":"null"}],"minItems":1,"maxItems":2},
          "o":{"oneOf":[{"anyOf":[{"type":"string"}]}]}},"additionalProperties":{"type":"string"},"required":["const"],"propertyOrdering":["o","l"]}
        """)]
    [InlineData("""{"type":"object","additionalProperties":false,"properties":{"definitions":{"type":"string","description":"$ref oneOf"}}}""")]
    public void Write_KnownKeywordsOnly_GoAsTheyStand_Wire42(string schema)
    {
        Assert.True(SubsetScan.Passes(Encoding.UTF8.GetBytes(schema)));
        AssertSchema(schema, schema);
    }

    [Fact]
    public void Write_UnknownKeywords_AreDropped_Wire42() => AssertSchema(
        """
        {"$schema":"s","type":"object","properties":{"pattern":{"type":"string","pattern":"p","minLength":1,"default":"x","format":"uri"},
         "n":{"type":"number","exclusiveMinimum":1,"multipleOf":2,"maximum":1e3,"not":{}}},"required":["pattern"],"additionalProperties":false,"strict":true}
        """,
        """
        {"type":"object","properties":{"pattern":{"type":"string","format":"uri"},"n":{"type":"number","maximum":1e3}},"required":["pattern"],"additionalProperties":false}
        """);

    [Fact]
    public void Write_Definitions_AreRenamedWithTheirReferences_Wire42() => AssertSchema(
        """{"properties":{"a":{"$ref":"#/definitions/A/properties/x"},"b":{"$ref":"#/definitions/A","description":"gone"}},"definitions":{"A":{"properties":{"x":{"const":"y"}}}},"$defs":{"B":{"type":"null"}}}""",
        """{"properties":{"a":{"enum":["y"]},"b":{"$ref":"#/$defs/A"}},"$defs":{"A":{"properties":{"x":{"enum":["y"]}}},"B":{"type":"null"}}}""");

    [Fact]
    public void Write_ReferenceAtRoot_KeepsItsDefinitions_Wire42() => AssertSchema(
        """{"$ref":"#/definitions/A","$schema":"s","type":"object","definitions":{"A":{"type":"object","properties":{"a":{"$ref":"#/definitions/A"}}}}}""",
        """{"$ref":"#/$defs/A","$defs":{"A":{"type":"object","properties":{"a":{"$ref":"#/$defs/A"}}}}}""");

    [Theory]
    [InlineData("{\"const\":1}", "{\"enum\":[1]}")]
    [InlineData("{\"type\":[\"string\",\"null\"],\"enum\":[\"a\",null]}", "{\"type\":[\"string\",\"null\"],\"anyOf\":[{\"enum\":[\"a\"]},{\"type\":\"null\"}]}")]
    [InlineData("{\"enum\":[null]}", "{\"type\":\"null\"}")]
    [InlineData("{\"enum\":[]}", "{}")]
    [InlineData("{\"type\":\"STRING\",\"enum\":[{}]}", "{\"type\":\"string\"}")]
    [InlineData("{\"type\":[\"any\"],\"required\":{}}", "{}")]
    [InlineData("{\"properties\":{\"a\":{\"properties\":{\"b\":{\"$ref\":\"#/properties/a\"}}}}}", "{\"properties\":{\"a\":{\"properties\":{\"b\":{\"properties\":{\"b\":{}}}}}}}")]
    [InlineData("{\"const\":true}", "{\"type\":\"boolean\"}")]
    [InlineData("{\"type\":\"array\",\"items\":[{\"type\":\"string\"},false,true]}", "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"string\"},{}]}")]
    [InlineData("{\"properties\":{\"a\":true,\"b\":false}}", "{\"properties\":{\"a\":{}}}")]
    [InlineData("{\"allOf\":[{\"$ref\":\"#/$defs/A\"}],\"description\":\"d\",\"properties\":{},\"$defs\":{\"A\":{\"type\":\"object\",\"allOf\":[true]}}}", "{\"description\":\"d\",\"properties\":{},\"$defs\":{\"A\":{\"type\":\"object\"}},\"type\":\"object\"}")]
    [InlineData("{\"properties\":{\"a\":{\"allOf\":[{\"$ref\":\"#/$defs/A\"}],\"description\":\"d\",\"default\":1}},\"$defs\":{\"A\":{\"type\":\"string\"}}}", "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/A\"}},\"$defs\":{\"A\":{\"type\":\"string\"}}}")]
    [InlineData("{\"allOf\":[{\"allOf\":[{\"$ref\":\"#/$defs/A\"}]},{\"format\":\"f\"}],\"$defs\":{\"A\":{\"type\":\"string\"}}}", "{\"$defs\":{\"A\":{\"type\":\"string\"}},\"type\":\"string\",\"format\":\"f\"}")]
    [InlineData("{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"string\"}},\"required\":[\"a\"]},{\"properties\":{\"b\":{\"type\":\"string\"}},\"required\":[\"b\",\"a\"]}],\"type\":\"object\"}", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"},\"b\":{\"type\":\"string\"}},\"required\":[\"a\",\"b\"]}")]
    public void Write_ConstAllOfAndBooleans_AreConverted_Wire42(string schema, string expected) => AssertSchema(schema, expected);

    [Fact]
    public void Write_MembersThatExplode_AreBounded_Wire42()
    {
        var definitions = Many(40, """
            "DTHIS":{"properties":{"p":{"allOf":[{"$ref":"#/$defs/DNEXT"},{"type":"object"}]},"q":{"allOf":[{"$ref":"#/$defs/DNEXT"},{"type":"object"}]}}}
            """);

        var schema = WriteSchema("""{"type":"object","$defs":{"D40":{"type":"integer"},""" + definitions + "}}", Flash25);

        Assert.InRange(schema.ToJsonString(new JsonSerializerOptions { MaxDepth = 512 }).Length, 10_000, 2_000_000);
    }

    [Fact]
    public void Write_LongDefinitionsThatReferToEachOther_AreBounded_Wire42()
    {
        var properties = Many(8, "\"pTHIS\":{\"allOf\":[{\"$ref\":\"#/$defs/DTHIS\"},{\"format\":\"f\"}]}");
        var definitions = Many(8, "\"DTHIS\":{\"description\":\"" + new string('x', 20_000) + "\",\"properties\":{" + properties + "}}");

        var schema = WriteSchema("{\"type\":\"object\",\"$defs\":{" + definitions + "}}", Flash25);

        Assert.InRange(schema.ToJsonString().Length, 200_000, 1_000_000);
    }

    [Theory]
    [InlineData(Gen2)]
    [InlineData(Flash25)]
    public void Write_ManyMembersThatRequire_CostNoMoreThanTheirNumber_Wire42(string model)
    {
        Assert.InRange(AllocatedFor(1_000), 1, 8 * AllocatedFor(250));

        long AllocatedFor(int count)
        {
            var schema = "{\"type\":\"object\",\"properties\":{\"p0\":{}},\"required\":[" + Many(count, "\"pTHIS\"") + "],\"allOf\":["
                + Many(count, "{\"required\":[\"pTHIS\"]}") + "]}";
            return Allocations.Of(() => WriteSchema(schema, model));
        }
    }

    [Theory]
    [InlineData("{\"type\":\"string\",\"description\":null,\"format\":null}", "{\"type\":\"string\"}")]
    [InlineData("{\"type\":\"integer\",\"minimum\":\"1\",\"maximum\":null,\"title\":7}", "{\"type\":\"integer\"}")]
    public void Write_KeywordsWithValuesOfAnotherKind_AreDropped_Wire42(string schema, string expected) => AssertSchema(schema, expected);
}
