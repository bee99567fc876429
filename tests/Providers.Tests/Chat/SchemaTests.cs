using System.Text;
using ThotNet.Providers.Chat;
using ThotNet.Routing;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>References in schemas lead to a part of the same schema, and nowhere else (wire.md 1.1, rule 36).</summary>
public sealed class SchemaTests
{
    private static string Tool(string schema) => ChatBody.With($$$"""
        "tools":[{"type":"function","function":{"name":"e"}},{"type":"function","function":{"parameters":{{{schema}}},"name":"f"}}]
        """);

    private static string Function(string schema) => ChatBody.With($$$"""
        "functions":[{"name":"f","parameters":{{{schema}}}}]
        """);

    private static string Format(string schema) => ChatBody.With($$$"""
        "response_format":{"json_schema":{"schema":{{{schema}}},"name":"f"},"type":"json_schema"}
        """);

    [Theory]
    [InlineData("""{"properties":{"a":{"$ref":"#/$defs/b"},"c":{"$ref":"#/$defs/b"}},"$defs":{"b":{"type":"string"}}}""")]
    [InlineData("""{"$ref":"#/definitions/a~1b~0c","definitions":{"a/b~c":{"$ref":"#/definitions/d"},"d":true}}""")]
    [InlineData("""{"$ref":"#/$defs/a%20b%7E1c","$defs":{"a b/c":{}}}""")]
    [InlineData("""{"anyOf":[{"type":"null"},{"$ref":"#/anyOf/0"}]}""")]
    [InlineData("""{"$ref":"#name","$defs":{"b":{"items":{"$anchor":"name"}}}}""")]
    [InlineData("""{"properties":{"$ref":{"type":"string"},"enum":{"$ref":"#/$defs/b"}},"$defs":{"b":{}}}""")]
    [InlineData("""{"enum":[{"$ref":"#/no"}],"const":{"$ref":"#/no"},"default":{"$ref":5},"examples":[{"$ref":"http://x"}]}""")]
    [InlineData("""{"description":"see $ref \u00e9","type":"object"}""")]
    public void Read_LocalReferences_AreAccepted_Rule36(string schema)
    {
        Assert.Equal(Capabilities.Tools, ChatBody.AssertAccepted(Tool(schema)).Needs);
        Assert.Equal(Capabilities.Tools, ChatBody.AssertAccepted(Function(schema)).Needs);
        Assert.Equal(Capabilities.JsonSchema, ChatBody.AssertAccepted(Format(schema)).Needs);
    }

    [Theory]
    [InlineData("""{"$ref":"#/$defs/b"}""")]
    [InlineData("""{"$ref":"#/$defs/b/c","$defs":{"b":{}}}""")]
    [InlineData("""{"$ref":"#/anyOf/1","anyOf":[{}]}""")]
    [InlineData("""{"$ref":"#/anyOf/-1","anyOf":[{}]}""")]
    [InlineData("""{"$ref":"#/title","title":"x"}""")]
    [InlineData("""{"$ref":"#name"}""")]
    [InlineData("""{"$ref":"http://127.0.0.1/schema"}""")]
    [InlineData("""{"$ref":"https://json-schema.org/draft/2020-12/schema"}""")]
    [InlineData("""{"$ref":"other.json#/a"}""")]
    [InlineData("""{"$ref":""}""")]
    [InlineData("""{"$ref":1}""")]
    [InlineData("""{"$ref":null}""")]
    [InlineData("""{"\u0024ref":"#/no"}""")]
    [InlineData("""{"properties":{"a":{"items":[{"$ref":"#/no"}]}}}""")]
    [InlineData("""{"$defs":{"unused":{"$ref":"#/no"}}}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{},"a":{}}}""")]
    public void Read_OtherReferences_NameTheSchema_Rule36(string schema)
    {
        ChatBody.AssertRefused(Tool(schema), "tools[1].function.parameters");
        ChatBody.AssertRefused(Function(schema), "functions[0].parameters");
        ChatBody.AssertRefused(Format(schema), "response_format.json_schema.schema");
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"properties":{"next":{"$ref":"#"}}}""")]
    [InlineData("""{"properties":{"next":{"$ref":"#/properties/next"}}}""")]
    [InlineData("""{"$ref":"#/$defs/a","$defs":{"a":{"items":{"$ref":"#/$defs/b"}},"b":{"anyOf":[{"$ref":"#/$defs/a"}]}}}""")]
    [InlineData("""{"$defs":{"a":{"$anchor":"node","additionalProperties":{"$ref":"#node"}}}}""")]
    public void Read_RecursiveSchema_NeedsRecursiveSchemas_Rule36(string schema)
    {
        Assert.Equal(
            [(Capabilities.Tools, "tools"), (Capabilities.RecursiveSchemas, "tools[1].function.parameters")], ChatBody.AssertAccepted(Tool(schema)).NeedParams);
        Assert.Equal(
            [(Capabilities.Tools, "functions"), (Capabilities.RecursiveSchemas, "functions[0].parameters")], ChatBody.AssertAccepted(Function(schema)).NeedParams);
        Assert.Equal(
            [(Capabilities.JsonSchema, "response_format"), (Capabilities.RecursiveSchemas, "response_format.json_schema.schema")],
            ChatBody.AssertAccepted(Format(schema)).NeedParams);
    }

    [Fact]
    public void Read_RecursiveSchemaReplaced_LastOneCounts()
    {
        var request = ChatBody.AssertAccepted(ChatBody.With("""
            "tools":[{"type":"function","function":{"name":"f","parameters":{"$ref":"#"}}}],"tools":null,
            "response_format":{"type":"json_schema","json_schema":{"name":"f","schema":{"$ref":"#"}}},"response_format":{"type":"text"}
            """));

        Assert.Empty(request.NeedParams);
    }

    [Fact]
    public void Read_LongChainOfReferences_IsFollowed()
    {
        var links = string.Join(',', Enumerable.Range(0, 3_000).Select(i => $$"""
            "d{{i}}":{"$ref":"#/$defs/d{{i + 1}}"}
            """));
        var schema = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + links + ",\"d3000\":{\"title\":\"x\"}}}";

        Assert.Equal(Capabilities.Tools, ChatBody.AssertAccepted(Tool(schema)).Needs);
        Assert.Equal(
            Capabilities.Tools | Capabilities.RecursiveSchemas,
            ChatBody.AssertAccepted(Tool(schema.Replace("\"title\":\"x\"", "\"$ref\":\"#/$defs/d7\"", StringComparison.Ordinal))).Needs);
    }

    [Fact]
    public void Read_ReferencesThatDouble_AreRefused()
    {
        // 2^40 copies of one part, written out; a few kilobytes as they stand.
        var levels = string.Join(',', Enumerable.Range(1, 40).Select(i => $$"""{"anyOf":[{"$ref":"#/prefixItems/{{i}}"},{"$ref":"#/prefixItems/{{i}}"} ]}"""));
        var schema = $$"""{"prefixItems":[{{levels}},{}]}""";

        Assert.Contains("characters", ChatBody.AssertRefused(Tool(schema), "tools[1].function.parameters").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(101, false)]
    public void Read_LongTextReferredToOften_IsBounded(int times, bool accepted)
    {
        var text = new string('x', SchemaReader.MaxLength / 100);
        var references = string.Join(',', Enumerable.Repeat("""{"$ref":"#/$defs/a"}""", times));
        var schema = "{\"anyOf\":[" + references + "],\"$defs\":{\"a\":{\"enum\":[\"" + text[300..] + "\"]}}}";

        if (accepted)
            ChatBody.AssertAccepted(Tool(schema));
        else
            ChatBody.AssertRefused(Tool(schema.Replace(text[300..], text, StringComparison.Ordinal)), "tools[1].function.parameters");
    }

    [Fact]
    public void Read_ManySchemasWithReferences_AreBoundedTogether()
    {
        var schema = "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{}},\"required\":[" + string.Join(',', Enumerable.Repeat("1", SchemaReader.MaxValues / 3)) + "]}";
        var tools = Enumerable.Range(0, 3).Select(i => "{\"type\":\"function\",\"function\":{\"name\":\"f" + i + "\",\"parameters\":" + schema + "}}");

        ChatBody.AssertRefused(ChatBody.With($"\"tools\":[{string.Join(',', tools)}]"), "tools[2].function.parameters");
    }

    [Fact]
    public void Read_HugeSchemaWithReferences_IsRefused()
    {
        var required = string.Join(',', Enumerable.Repeat("1", SchemaReader.MaxValues));
        var schema = "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{}},\"required\":[" + required + "]}";

        ChatBody.AssertRefused(Tool(schema), "tools[1].function.parameters");
        ChatBody.AssertAccepted(Tool(schema.Replace("$ref", "title", StringComparison.Ordinal)));
        ChatBody.AssertAccepted(Tool(schema.Replace("\"$ref\":\"", "\"title\":\"\\u00e9 $ref ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Read_LongReference_IsShownInPart()
    {
        var error = ChatBody.AssertRefused(Tool($$"""{"$ref":"#/{{new string('x', 5000)}}"}"""), "tools[1].function.parameters");

        Assert.InRange(error.Message.Length, 100, 300);
    }

    [Fact]
    public void Read_SchemaWithoutReferences_AllocatesNothingForItsParts()
    {
        var small = Encoding.UTF8.GetBytes(Tool("""{"properties":{"a":{}}}"""));
        var properties = string.Join(',', Enumerable.Range(0, 5_000).Select(i => $"\"p{i}\":true"));
        var large = Encoding.UTF8.GetBytes(Tool("{\"properties\":{" + properties + "}}"));
        Assert.Null(ChatRequestReader.Read(large, out _));

        Assert.Equal(Allocations.Of(() => ChatRequestReader.Read(small, out _)), Allocations.Of(() => ChatRequestReader.Read(large, out _)));
    }
}
