using static ThotNet.Providers.Tests.Canonical.CanonicalForm;

namespace ThotNet.Providers.Tests.Canonical;

/// <summary>Which embeddings requests have the same form, rule by rule (wire.md 1.7).</summary>
public sealed class CanonicalEmbeddingsTests
{
    private static string FormOf(string fields) => OfEmbeddings($"{{\"model\":\"m\",{fields}}}")!;

    [Theory]
    [InlineData("\"input\":\"a\"", """{"input":"a"}""")]
    [InlineData("\"input\":[\"\\u0061\"]", """{"input":"a"}""")]
    [InlineData("\"input\":[ \"a\" , \"b\" ]", """{"input":["a","b"]}""")]
    [InlineData("\"input\":[1, 2]", """{"input":[1,2]}""")]
    [InlineData("\"input\":[[1, 2]]", """{"input":[1,2]}""")]
    [InlineData("\"input\":[[1],[2]]", """{"input":[[1],[2]]}""")]
    [InlineData("\"input\":\"a\",\"user\":\"u\",\"encoding_format\":\"float\",\"dimensions\":null", """{"input":"a"}""")]
    [InlineData("\"input\":\"a\",\"encoding_format\":null,\"model\":\"other\"", """{"input":"a"}""")]
    [InlineData("\"input\":\"a\",\"encoding_format\":\"base64\",\"dimensions\":8", """{"dimensions":8,"encoding_format":"base64","input":"a"}""")]
    [InlineData("\"input\":\"a\",\"encoding_format\":\"base64\",\"encoding_format\":\"float\"", """{"input":"a"}""")]
    [InlineData("\"dimensions\":8,\"input\":\"a\",\"dimensions\":9", """{"dimensions":9,"input":"a"}""")]
    [InlineData("\"input\":[\"a\",\"b\"],\"input\":[\"c\"]", """{"input":"c"}""")]
    [InlineData("\"input\":[\"c\"],\"input\":[\"a\",\"b\"]", """{"input":["a","b"]}""")]
    [InlineData("\"x\":{\"b\":1,\"a\":2},\"input\":\"a\"", """{"input":"a","x":{"a":2,"b":1}}""")]
    [InlineData("\"input\":\"a\",\"x\":null", """{"input":"a","x":null}""")]
    public void TryWrite_Embeddings_IsThisForm_Wire17(string fields, string form) => Assert.Equal(form, FormOf(fields));
}
