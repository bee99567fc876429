using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Gemini.Requests;
using static ThotNet.Providers.Tests.Gemini.Requests.GeminiSample;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Requests for embeddings (wire.md 4.6, rule 55).</summary>
public sealed class GeminiEmbeddingsBodyTests
{
    private static JsonNode Translate(string model, int? dimensions, params string[] inputs)
    {
        var text = new StringBuilder();
        var ranges = inputs.Select(input =>
        {
            var start = Encoding.UTF8.GetByteCount(text.Append(',').ToString());
            text.Append(input);
            return start..(start + Encoding.UTF8.GetByteCount(input));
        }).ToArray();
        var request = new EmbeddingsRequest
        {
            Body = Encoding.UTF8.GetBytes(text.ToString()),
            Model = "auto",
            Inputs = [.. ranges],
            Dimensions = dimensions,
            Base64 = true,
        };
        var output = new ArrayBufferWriter<byte>();
        GeminiEmbeddingsBody.Write(request, Target(model), output);
        return JsonNode.Parse(output.WrittenSpan)!;
    }

    [Theory]
    [InlineData("gemini-embedding-001")]
    [InlineData("models/gemini-embedding-001")]
    public void Write_OneInput_IsBatchOfOne_Rule55(string model) => AssertJson(
        """{"requests":[{"model":"models/gemini-embedding-001","content":{"parts":[{"text":"a\n\u00e9"}]}}]}""",
        Translate(model, null, "\"a\\n\u00e9\""));

    [Fact]
    public void Write_ManyInputs_AreItemsOfTheirOwn_Rule55() => AssertJson(
        """
        {"requests":[{"model":"models/m","content":{"parts":[{"text":"a"}]},"outputDimensionality":256},
                     {"model":"models/m","content":{"parts":[{"text":" "}]},"outputDimensionality":256},
                     {"model":"models/m","content":{"parts":[{"text":"b"}]},"outputDimensionality":256}]}
        """,
        Translate("m", 256, "\"a\"", "\"\"", "\"b\""));
}
