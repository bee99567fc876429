using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>What holds for every schema, whatever the caller's looked like (wire.md 4.2).</summary>
public sealed class GeminiSchemaPropertyTests
{
    private static readonly string[] Names = ["a", "b", "type", "properties", "$ref", "default"];

    private static readonly string[] Types = ["STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"];

    private static readonly string[] JsonTypes = ["string", "number", "integer", "boolean", "array", "object", "null"];

    private static readonly string[] SchemaKeywords =
    [
        "type", "format", "description", "nullable", "enum", "items", "minItems", "maxItems", "properties", "required", "minProperties", "maxProperties",
        "minimum", "maximum", "minLength", "maxLength", "pattern", "anyOf", "propertyOrdering",
    ];

    private static readonly string[] JsonSchemaKeywords =
    [
        "$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items", "prefixItems", "minItems", "maxItems", "minimum",
        "maximum", "anyOf", "oneOf", "properties", "additionalProperties", "required", "propertyOrdering",
    ];

    private static readonly Gen<string> Plain = Gen.OneOf(
        "\"type\":\"object\"", "\"type\":\"array\"", "\"type\":\"string\"", "\"type\":\"integer\"", "\"type\":[\"string\",\"null\"]", "\"type\":[\"object\",\"array\",\"number\"]",
        "\"type\":7", "\"title\":\"t\"", "\"description\":\"d\"", "\"format\":\"uri\"", "\"format\":\"date-time\"", "\"enum\":[1,\"a\",null]", "\"enum\":[{}]", "\"enum\":7",
        "\"const\":true", "\"const\":null", "\"const\":\"a\"", "\"default\":{\"$ref\":1}", "\"required\":[\"a\",\"b\",7]", "\"required\":{}", "\"minimum\":1", "\"maxItems\":2",
        "\"exclusiveMinimum\":1", "\"$schema\":\"s\"", "\"$id\":\"i\"", "\"additionalProperties\":false", "\"nullable\":true", "\"strict\":true", "\"examples\":[1]",
        "\"$ref\":\"#\"", "\"$ref\":\"#/$defs/a\"", "\"$ref\":\"#/definitions/b\"", "\"$ref\":\"#/properties/a\"", "\"$ref\":\"x\"", "\"pattern\":\"p\"", "\"items\":true",
        "\"propertyOrdering\":[\"b\",\"c\"]", "\"properties\":7", "\"anyOf\":{}", "\"unheardOf\":{\"type\":\"x\"}");

    private static readonly Gen<string> Schema = Gen.Recursive<string>((depth, schema) => depth >= 4
        ? Gen.OneOf<string>(Gen.OneOf("true", "false", "{}", "null"), Plain.Select(field => "{" + field + "}"))
        : Gen.OneOf<string>(
            Plain,
            Gen.Select(Gen.OneOf("items", "additionalProperties", "not"), schema).Select((name, inner) => $"\"{name}\":{inner}"),
            Gen.Select(Gen.OneOf("anyOf", "oneOf", "allOf", "prefixItems", "items"), schema.Array[0, 3]).Select((name, inner) => $"\"{name}\":[{string.Join(',', inner)}]"),
            Gen.Select(Gen.OneOf("properties", "$defs", "definitions"), Gen.OneOf(Names), Gen.OneOf(Names), schema, schema)
                .Select((map, one, two, first, second) => $$"""
                    "{{map}}":{"{{one}}":{{first}},"{{two}}2":{{second}}}
                    """))
            .Array[0, 4].Select(fields => "{" + string.Join(',', fields.DistinctBy(field => field[..field.IndexOf(':', StringComparison.Ordinal)])) + "}"));

    private static JsonNode? Convert(string schema, string model, string field) => WriteSchema(schema, model)[field];

    private static Gen<string> Objects => Schema.Where(schema => schema[0] == '{');

    [Fact]
    public void Write_AnySchema_HasOnlyWhatSchemaKnows_Rule37() =>
        Objects.MustHold(
            schema =>
            {
                if (Convert(schema, Gen2, "responseSchema") is { } converted)
                    AssertSchema(converted.AsObject());
            },
            iter: 1_500);

    [Fact]
    public void Write_AnyJsonSchema_HasOnlyKnownKeywords_Wire42() =>
        Objects.MustHold(schema => AssertJsonSchema(Convert(schema, Flash3, "responseJsonSchema")!), iter: 1_500);

    private static void AssertSchema(JsonObject node)
    {
        Assert.All(node, field => Assert.Contains(field.Key, SchemaKeywords));
        if (node["anyOf"] is { } branches)
        {
            Assert.Single(node);
            Assert.All(branches.AsArray(), branch => AssertSchema(branch!.AsObject()));
            return;
        }

        var type = (string?)node["type"];
        Assert.Contains(type, Types);
        Assert.Equal(type == "ARRAY", node.ContainsKey("items"));
        if (node["items"] is { } items)
            AssertSchema(items.AsObject());
        if (node["enum"] is { } values)
            Assert.All(values.AsArray(), value => Assert.Equal(JsonValueKind.String, value!.GetValueKind()));
        var properties = node["properties"]?.AsObject() ?? [];
        Assert.Equal(type == "OBJECT", properties.Count > 0);
        Assert.All(properties, property => AssertSchema(property.Value!.AsObject()));
        foreach (var list in (string[])["required", "propertyOrdering"])
            Assert.All(node[list]?.AsArray() ?? [], name => Assert.Contains((string)name!, (IDictionary<string, JsonNode?>)properties));
    }

    private static void AssertJsonSchema(JsonNode schema)
    {
        var node = schema.AsObject();
        Assert.All(node, field => Assert.Contains(field.Key, JsonSchemaKeywords));
        if (node["enum"] is { } values)
            Assert.All(values.AsArray(), value => Assert.True(value!.GetValueKind() is JsonValueKind.String or JsonValueKind.Number));
        if (node["type"] is { } type)
            Assert.All(type is JsonArray list ? [.. list] : (JsonNode?[])[type], name => Assert.Contains((string)name!, JsonTypes));
        if (node.ContainsKey("$ref"))
            Assert.All(node, field => Assert.StartsWith("$", field.Key, StringComparison.Ordinal));
        foreach (var (name, value) in node)
        {
            if (name is "properties" or "$defs")
                Assert.All(value!.AsObject(), item => AssertJsonSchema(item.Value!));
            else if (name is "anyOf" or "oneOf" or "prefixItems")
                Assert.All(value!.AsArray(), item => AssertJsonSchema(item!));
            else if (name == "items" || (name == "additionalProperties" && value is JsonObject))
                AssertJsonSchema(value!);
        }
    }
}
