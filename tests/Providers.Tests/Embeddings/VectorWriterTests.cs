using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CsCheck;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Tests.Embeddings;

/// <summary>Vectors keep their values, in whatever form they come and go (wire.md 1.7).</summary>
public sealed class VectorWriterTests
{
    private static readonly Gen<float[]> Vectors =
        Gen.Int.Select(BitConverter.Int32BitsToSingle).Where(float.IsFinite).Array[1, 40];

    private static (int Length, string Text) Write(string value, bool base64)
    {
        var json = Encoding.UTF8.GetBytes($$"""{"v":{{value}},"next":1}""");
        var output = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader(json);
        while (reader.TokenType != JsonTokenType.PropertyName)
            reader.Read();
        reader.Read();
        using var writer = new Utf8JsonWriter(output, JsonBytes.Writing);
        writer.WriteStartObject();
        writer.WritePropertyName("v");
        writer.Flush();
        var before = output.WrittenCount;
        var length = VectorWriter.Write(ref reader, json, base64, writer);
        writer.Flush();
        Assert.True(reader.Read());
        Assert.True(reader.ValueTextEquals("next"));
        return (length, Encoding.UTF8.GetString(output.WrittenSpan[before..]));
    }

    private static string ToBase64(params float[] vector)
    {
        var bytes = new byte[vector.Length * 4];
        for (var i = 0; i < vector.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), vector[i]);
        return $"\"{Convert.ToBase64String(bytes)}\"";
    }

    [Theory]
    [InlineData("[0.1,-2,3e-5]", false, 3, "[0.1,-2,3e-5]")]
    [InlineData("[ 0.12345678901234567890 , 1.0 ]", false, 2, "[ 0.12345678901234567890 , 1.0 ]")]
    [InlineData("[1,-2.5]", true, 2, "\"AACAPwAAIMA=\"")]
    [InlineData("\"AACAPwAAIMA=\"", false, 2, "[1,-2.5]")]
    [InlineData("\"AACAPwAAIMA=\"", true, 2, "\"AACAPwAAIMA=\"")]
    [InlineData("\"AACAPwAAIM\\u0041=\"", false, 2, "[1,-2.5]")]
    [InlineData("\"zczMPQ==\"", false, 1, "[0.1]")]
    [InlineData("\"\\/\\/9\\/fw==\"", false, 1, "[3.4028235E+38]")]
    [InlineData("[340282350000000000000000000000000000000]", true, 1, "\"//9/fw==\"")]
    public void Write_Vector_IsConverted_Wire17(string value, bool base64, int length, string expected) =>
        Assert.Equal((length, expected), Write(value, base64));

    [Theory]
    [InlineData("[]")]
    [InlineData("[1,null]")]
    [InlineData("[1,\"2\"]")]
    [InlineData("[\"NaN\"]")]
    [InlineData("[[1]]")]
    [InlineData("[1,{\"a\":[2]}]")]
    [InlineData("[1e39]")]
    [InlineData("[-1e999]")]
    [InlineData("[340282360000000000000000000000000000000]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("true")]
    [InlineData("{\"values\":[1]}")]
    [InlineData("\"\"")]
    [InlineData("\"AAAA\"")]
    [InlineData("\"AACAPw\"")]
    [InlineData("\"[1,2]\"")]
    [InlineData("\"AADAfw==\"")]
    [InlineData("\"AACAfw==\"")]
    public void Write_NoVector_WritesNothing(string value)
    {
        Assert.Equal((-1, ""), Write(value, base64: false));
        Assert.Equal((-1, ""), Write(value, base64: true));
    }

    [Fact]
    public void Write_NumbersAsBase64_KeepEveryBit() => Vectors.MustHold(
        vector =>
        {
            var numbers = $"[{string.Join(',', vector.Select(number => JsonSerializer.Serialize(number)))}]";

            Assert.Equal((vector.Length, ToBase64(vector)), Unescaped(Write(numbers, base64: true)));
        },
        iter: 2_000);

    [Fact]
    public void Write_Base64AsNumbers_KeepsEveryBit() => Vectors.MustHold(
        vector =>
        {
            var (length, text) = Write(ToBase64(vector), base64: false);

            Assert.Equal(vector.Length, length);
            Assert.Equal(
                vector.Select(BitConverter.SingleToInt32Bits),
                JsonSerializer.Deserialize<float[]>(text)!.Select(BitConverter.SingleToInt32Bits));
        },
        iter: 2_000);

    private static (int Length, string Text) Unescaped((int Length, string Text) written) =>
        (written.Length, $"\"{JsonSerializer.Deserialize<string>(written.Text)}\"");
}
