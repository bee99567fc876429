using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.OpenAi;
using ThotNet.Providers.Tests.OpenAi;

namespace ThotNet.Providers.Tests.Embeddings;

/// <summary>Embeddings in OpenAI's format, to the provider and back (wire.md 1.7).</summary>
public sealed class EmbeddingsAdapterTests
{
    private const string Two = """{"model":"auto","input":["a","b"]}""";

    private static readonly AdapterFixture Fixture = new(OpenAiDialect.Generic);

    private static EmbeddingsRequest Request(string body)
    {
        Assert.Null(EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request));
        return request!;
    }

    private static (TokenUsage? Usage, ProviderFailure? Failure, string Text) Translate(byte[] answer, string request)
    {
        var output = new ArrayBufferWriter<byte>();
        var (usage, failure) = Fixture.Adapter.TranslateAnswer(answer, Request(request), AdapterFixture.Target, AdapterFixture.Now, output);
        return (usage, failure, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static (TokenUsage? Usage, ProviderFailure? Failure, string Text) Translate(string answer, string request = Two) =>
        Translate(Encoding.UTF8.GetBytes(answer), request);

    [Theory]
    [InlineData("""{"model":"auto","input":"a\u00e9"}""", """{"model":"org/model-1","input":"a\u00e9","encoding_format":"float"}""")]
    [InlineData("""{"input":["a"],"model":"auto","encoding_format":"base64"}""", """{"model":"org/model-1","input":"a","encoding_format":"float"}""")]
    [InlineData("""{"model":"auto","input":[ "a" , "b" ]}""", """{"model":"org/model-1","input":["a","b"],"encoding_format":"float"}""")]
    [InlineData("""{"model":"auto","input":[1,2],"dimensions":8}""", """{"model":"org/model-1","input":[1,2],"encoding_format":"float","dimensions":8}""")]
    [InlineData("""{"model":"auto","input":[[1,2],[3]]}""", """{"model":"org/model-1","input":[[1,2],[3]],"encoding_format":"float"}""")]
    public async Task CreateRequest_AsksForNumbers_Wire17(string body, string expected)
    {
        using var message = Fixture.Adapter.CreateRequest(Request(body), AdapterFixture.Target);

        Assert.Equal(HttpMethod.Post, message.Method);
        Assert.Equal("http://127.0.0.1:9/v1/embeddings", message.RequestUri!.AbsoluteUri);
        Assert.Equal("Bearer " + AdapterFixture.Key, message.Headers.Authorization!.ToString());
        Assert.Equal("application/json", message.Headers.Accept.ToString());
        Assert.Equal(expected, await message.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task CreateRequest_User_GoesWhereItIsTaken()
    {
        foreach (var (dialect, isSent) in new[] { (OpenAiDialect.Generic, false), (OpenAiDialect.Groq, true), (OpenAiDialect.OpenRouter, true) })
        {
            using var message = new AdapterFixture(dialect).Adapter.CreateRequest(
                Request("""{"model":"auto","input":"a","user":"u\"","metadata":{}}"""), AdapterFixture.Target);
            var sent = JsonNode.Parse(await message.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken))!.AsObject();

            Assert.Equal(isSent ? "u\"" : null, (string?)sent["user"]);
            Assert.False(sent.ContainsKey("metadata"));
        }
    }

    [Fact]
    public void TranslateAnswer_Numbers_AreOpenAis_Wire17()
    {
        var (usage, failure, text) = Translate("""
            {"object":"list","id":"x","data":[{"object":"embedding","index":0,"embedding":[0.1,-2]},{"index":1,"embedding":[3,4e-5],"extra":[1]}],
             "model":"theirs","usage":{"prompt_tokens":3,"total_tokens":4,"cost":0.1},"provider":"p"}
            """);

        Assert.Null(failure);
        Assert.Equal(new TokenUsage(3, 0, 4), usage);
        Assert.Equal(
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.1,-2]},{"object":"embedding","index":1,"embedding":[3,4e-5]}],"model":"acme/org/model-1","usage":{"prompt_tokens":3,"total_tokens":4}}""",
            text);
    }

    [Theory]
    [InlineData("""{"data":[{"index":1,"embedding":[3]},{"index":0,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"embedding":[3],"index":1},{"embedding":[1],"index":0}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[3],"index":null}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":"AACAPw=="},{"index":1,"embedding":"AABAQA=="}],"error":null}""")]
    public void TranslateAnswer_AnyOrderAndForm_IsPutRight_Wire17(string answer)
    {
        var (usage, failure, text) = Translate(answer);

        Assert.Null(failure);
        Assert.Null(usage);
        Assert.Equal(
            """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]},{"object":"embedding","index":1,"embedding":[3]}],"model":"acme/org/model-1","usage":{"prompt_tokens":0,"total_tokens":0}}""",
            text);
    }

    [Fact]
    public void TranslateAnswer_Base64Asked_IsLittleEndianFloat32_Wire17()
    {
        var (_, failure, text) = Translate("""{"data":[{"embedding":[1,-2.5]}]}""", """{"model":"auto","input":"a","encoding_format":"base64"}""");

        Assert.Null(failure);
        Assert.Equal("AACAPwAAIMA=", (string?)JsonNode.Parse(text)!["data"]![0]!["embedding"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{}}""")]
    [InlineData("""{"data":[]}""")]
    [InlineData("""{"data":[{"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[1]},{"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},1]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[1]},1]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":-1,"embedding":[1]},{"index":0,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":"0","embedding":[1]},{"index":1,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":0.5,"embedding":[1]},{"index":1,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"index":0},{"index":1,"embedding":[1]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":["1"]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":["NaN"]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[NaN]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[1e999]}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":"AADAfw=="}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":null}]}""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[2]}]} x""")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[2],"\ud800":1}]}""")]
    public void TranslateAnswer_Unreadable_IsTransient_Wire17(string answer)
    {
        var (_, failure, _) = Translate(answer);

        Assert.Equal((FailureClass.Transient, "provider_unreadable"), (failure?.Class, failure?.Code));
    }

    [Fact]
    public void TranslateAnswer_ErrorInside_IsAFailure_Wire23()
    {
        var (_, failure, _) = Translate("""{"error":{"message":"slow down","code":429},"data":[{"embedding":[1]},{"embedding":[1]}]}""");

        Assert.Equal((FailureClass.Throttled, "slow down"), (failure?.Class, failure?.Message));
    }

    [Fact]
    public void TranslateAnswer_AnyOrder_ComesBackInOrder() => Gen.Int[0, int.MaxValue].Array[1, 30].MustHold(
        order =>
        {
            var places = Enumerable.Range(0, order.Length).ToArray();
            var shuffled = places.OrderBy(place => order[place]);
            var answer = $$"""{"data":[{{string.Join(',', shuffled.Select(place => "{\"index\":" + place + ",\"embedding\":[" + place + ".5]}"))}}]}""";

            var (_, failure, text) = Translate(answer, $$"""{"model":"auto","input":[{{string.Join(',', places.Select(_ => "\"a\""))}}]}""");

            Assert.Null(failure);
            Assert.Equal(
                places.Select(place => (place, place + 0.5)),
                JsonNode.Parse(text)!["data"]!.AsArray().Select(item => ((int)item!["index"]!, (double)item["embedding"]![0]!)));
        },
        iter: 500);
}
