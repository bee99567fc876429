using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Gemini.Answers;

/// <summary>Embeddings (wire.md 1.7, rule 55).</summary>
public sealed class GeminiEmbeddingsTests
{
    private readonly AdapterFixture _fixture = GeminiSamples.Fixture();

    private (JsonNode? Answer, TokenUsage? Usage, ProviderFailure? Failure) Translate(string body, int inputs = 1, bool base64 = false)
    {
        var request = new EmbeddingsRequest
        {
            Body = "{}"u8.ToArray(),
            Model = "m",
            Inputs = [.. Enumerable.Repeat(new Range(0, 2), inputs)],
            Base64 = base64,
        };
        var output = new ArrayBufferWriter<byte>();
        var (usage, failure) = _fixture.Adapter.TranslateAnswer(Encoding.UTF8.GetBytes(body), request, AdapterFixture.Target, AdapterFixture.Now, output);
        return (failure is null ? JsonNode.Parse(output.WrittenSpan) : null, usage, failure);
    }

    [Fact]
    public void Embeddings_Numbers_AreOpenAisList_Rule55()
    {
        var (answer, usage, _) = Translate("""{"embeddings":[{"values":[0.5,-1e-3]},{"values":[1,2],"x":[3]}]}""", 2);

        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.5,-1e-3]},{"object":"embedding","index":1,"embedding":[1,2]}],
                "model":"acme/org/model-1","usage":{"prompt_tokens":0,"total_tokens":0}}
                """),
            answer));
        Assert.Null(usage);
    }

    [Fact]
    public void Embeddings_Base64_AreLittleEndianFloats_Wire17() =>
        Gen.Float[-1, 1].Array[1, 50].MustHold(
            values =>
            {
                var numbers = new JsonArray([.. values.Select(value => JsonValue.Create(value))]).ToJsonString();
                var (answer, _, _) = Translate($$"""{"embeddings":[{"values":{{numbers}}}]}""", 1, base64: true);

                var bytes = Convert.FromBase64String((string)answer!["data"]![0]!["embedding"]!);
                var read = Enumerable.Range(0, bytes.Length / 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * 4)));
                Assert.Equal(values, read);
            },
            iter: 200);

    [Theory]
    [InlineData("""{"embeddings":[{"values":[1]}]}""", 2)]
    [InlineData("""{"embeddings":[{"values":[1]},{"values":[1]}]}""", 1)]
    [InlineData("""{"embeddings":[]}""", 1)]
    [InlineData("""{"embeddings":[{"values":[]}]}""", 1)]
    [InlineData("""{"embeddings":[{}]}""", 1)]
    [InlineData("""{"embeddings":[{"values":["x"]}]}""", 1)]
    [InlineData("""{"embeddings":[{"values":[1,null]}]}""", 1)]
    [InlineData("""{"embeddings":[{"values":"AAAA"}]}""", 1)]
    [InlineData("""{"embeddings":[{"values":[1]},5]}""", 1)]
    [InlineData("""{"candidates":[{"content":{"parts":[{"text":"a"}]}}]}""", 1)]
    [InlineData("[]", 1)]
    public void Embeddings_NotOneVectorForEachInput_AreUnreadable_Rule55(string body, int inputs) =>
        Assert.Equal("provider_unreadable", Translate(body, inputs).Failure?.Code);

    [Fact]
    public void Embeddings_ErrorInA200_IsAFailure_Wire45() =>
        Assert.Equal(
            FailureClass.Throttled,
            Translate("""[{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED"}}]""").Failure?.Class);
}
