using System.Text;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Requests;
using ThotNet.Routing;

namespace ThotNet.Providers.Tests.Embeddings;

/// <summary>What an embeddings request says (wire.md 1.7).</summary>
public sealed class EmbeddingsRequestReaderTests
{
    private static EmbeddingsRequest Accept(string body)
    {
        var error = EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request, "key-1");
        Assert.Null(error);
        return Assert.IsType<EmbeddingsRequest>(request);
    }

    private static string Refuse(string body, string? param)
    {
        var error = EmbeddingsRequestReader.Read(Encoding.UTF8.GetBytes(body), out var request);
        Assert.Null(request);
        Assert.NotNull(error);
        Assert.Equal((400, "invalid_request_error", param), (error.Status, error.Type, error.Param));
        Assert.Contains(param ?? "", error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    private static string With(string input) => $$"""{"model":"m","input":{{input}}}""";

    private static string[] Inputs(EmbeddingsRequest request) => [.. request.Inputs.Select(input => Encoding.UTF8.GetString(request.Body.Span[input]))];

    [Fact]
    public void Read_Minimal_HasDefaults_Wire17()
    {
        var request = Accept("""{"model":"m","input":"hello"}""");

        Assert.Equal("m", request.Model);
        Assert.Equal("key-1", request.Caller);
        Assert.Equal(["\"hello\""], Inputs(request));
        Assert.False(request.HasTokenInputs);
        Assert.Null(request.Dimensions);
        Assert.Null(request.User);
        Assert.False(request.Base64);
        Assert.False(request.Stream);
        Assert.Equal(Capabilities.Embeddings, request.Needs);
        Assert.Equal([(Capabilities.Embeddings, "model")], request.NeedParams);
        Assert.Equal(2, request.PromptTokenBound);
    }

    [Fact]
    public void Read_EveryField_IsUnderstood_Wire17()
    {
        var request = Accept("""
            {"user":"u\n1","dimensions":256,"encoding_format":"base64","input":["a","b c"],"made_up":{"x":[1]},"models":["y"],"stream":true,"\u006dodel":"m"}
            """);

        Assert.True(request.Base64);
        Assert.Equal(256, request.Dimensions);
        Assert.Equal("\"u\\n1\"", Encoding.UTF8.GetString(request.Body.Span[request.User!.Value]));
        Assert.Empty(request.Models);
        Assert.False(request.Stream);
    }

    [Theory]
    [InlineData("[\"a\"]", false, 1, new[] { "\"a\"" })]
    [InlineData("[ \"a\\u00e9\" , \"bcde\" ]", false, 4, new[] { "\"a\\u00e9\"", "\"bcde\"" })]
    [InlineData("\"\\ud800\"", false, 2, new[] { "\"\\ud800\"" })]
    [InlineData("\" \"", false, 1, new[] { "\" \"" })]
    [InlineData("[1, 2,2147483647]", true, 3, new[] { "[1, 2,2147483647]" })]
    [InlineData("[[1,2],[0]]", true, 3, new[] { "[1,2]", "[0]" })]
    public void Read_Inputs_AreFound_Wire17(string input, bool tokens, int bound, string[] expected)
    {
        var request = Accept(With(input));

        Assert.Equal(tokens, request.Needs.HasFlag(Capabilities.TokenInputs));
        Assert.Equal(tokens, request.NeedParams.Contains((Capabilities.TokenInputs, "input")));

        Assert.Equal(expected, Inputs(request));
        Assert.Equal(tokens, request.HasTokenInputs);
        Assert.Equal(bound, request.PromptTokenBound);
    }

    [Theory]
    [InlineData("\"\"", "input")]
    [InlineData("[]", "input")]
    [InlineData("null", "input")]
    [InlineData("1", "input")]
    [InlineData("true", "input")]
    [InlineData("{}", "input")]
    [InlineData("[{}]", "input")]
    [InlineData("[null]", "input")]
    [InlineData("[\"a\",\"\"]", "input[1]")]
    [InlineData("[\"a\",1]", "input[1]")]
    [InlineData("[\"a\",[1]]", "input[1]")]
    [InlineData("[\"a\",null]", "input[1]")]
    [InlineData("[1,\"a\"]", "input[1]")]
    [InlineData("[1,[2]]", "input[1]")]
    [InlineData("[1,-1]", "input[1]")]
    [InlineData("[1.5]", "input[0]")]
    [InlineData("[2147483648]", "input[0]")]
    [InlineData("[1e999]", "input[0]")]
    [InlineData("[[1],2]", "input[1]")]
    [InlineData("[[1],\"a\"]", "input[1]")]
    [InlineData("[[1],[]]", "input[1]")]
    [InlineData("[[1,2],[3,\"a\"]]", "input[1][1]")]
    [InlineData("[[1,2],[3,[4]]]", "input[1][1]")]
    [InlineData("[[-1]]", "input[0][0]")]
    public void Read_BadInput_IsNamed_Wire17(string input, string param) => Refuse(With(input), param);

    [Theory]
    [InlineData("""{"input":"a"}""", "model")]
    [InlineData("""{"model":"","input":"a"}""", "model")]
    [InlineData("""{"model":1,"input":"a"}""", "model")]
    [InlineData("""{"model":"m"}""", "input")]
    [InlineData("""{"model":"m","input":"a","encoding_format":"int8"}""", "encoding_format")]
    [InlineData("""{"model":"m","input":"a","encoding_format":1}""", "encoding_format")]
    [InlineData("""{"model":"m","input":"a","dimensions":0}""", "dimensions")]
    [InlineData("""{"model":"m","input":"a","dimensions":1.5}""", "dimensions")]
    [InlineData("""{"model":"m","input":"a","dimensions":"8"}""", "dimensions")]
    [InlineData("""{"model":"m","input":"a","user":1}""", "user")]
    [InlineData("", null)]
    [InlineData("[]", null)]
    [InlineData("""{"model":"m","input":"a"}}""", null)]
    [InlineData("""{"model":"m","input":["a" """, null)]
    [InlineData("""{"model":"\ud800","input":"a"}""", null)]
    public void Read_BadField_IsNamed_Wire17(string body, string? param) => Refuse(body, param);

    [Fact]
    public void Read_RepeatedFields_LastOneCounts()
    {
        var request = Accept("""
            {"model":"a","input":[[1,2,3],[4]],"encoding_format":"base64","dimensions":5,"user":"u",
             "model":"b","input":["x"],"encoding_format":null,"dimensions":null,"user":null}
            """);

        Assert.Equal("b", request.Model);
        Assert.Equal(["\"x\""], Inputs(request));
        Assert.False(request.HasTokenInputs);
        Assert.False(request.Base64);
        Assert.Null(request.Dimensions);
        Assert.Null(request.User);
        Assert.Equal(1, request.PromptTokenBound);
    }

    [Fact]
    public void Read_MostInputs_IsAccepted_OneMoreIsNot()
    {
        static string Texts(int count) => $"[{string.Join(',', Enumerable.Repeat("\"abc\"", count))}]";

        Assert.Equal(EmbeddingsRequestReader.MaxInputs, Accept(With(Texts(EmbeddingsRequestReader.MaxInputs))).PromptTokenBound);
        Refuse(With(Texts(EmbeddingsRequestReader.MaxInputs + 1)), "input");
    }

    [Theory]
    [InlineData("[1", ",1", "]")]
    [InlineData("[[1", ",1", "]]")]
    [InlineData("\"a\",\"x\":[1", ",1", "]")]
    public void Read_NothingButTinyValues_StopsBeforeWhatIsBroken(string begin, string piece, string end)
    {
        var body = With(begin + string.Concat(Enumerable.Repeat(piece, BodyReader.MaxValues)) + end) + "!!!";

        Assert.Contains("JSON values", Refuse(body, null), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_TooDeep_IsRefused() =>
        Assert.Contains("levels deep", Refuse(With($"1,\"x\":{new string('[', BodyReader.MaxDepth)}").Replace("input", "y", StringComparison.Ordinal), null), StringComparison.Ordinal);

    [Fact]
    public void Read_LargeTexts_AllocateNothing()
    {
        var small = Encoding.UTF8.GetBytes(With("[\"a\",\"b\"]"));
        var large = Encoding.UTF8.GetBytes(With($"[\"{new string('a', 4_000_000)}\",\"b\"]"));

        Assert.Equal(Allocations.Of(() => EmbeddingsRequestReader.Read(small, out _)), Allocations.Of(() => EmbeddingsRequestReader.Read(large, out _)));
    }

    [Fact]
    public void PromptTokenBound_CountsTextsBySize() =>
        Assert.Equal(PromptBound.OfText(3_000), Accept(With($"[\"{new string('a', 1_000)}\",\"{new string('b', 2_000)}\"]")).PromptTokenBound);
}
