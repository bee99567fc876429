using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;
using ThotNet.Providers.Chat;
using ThotNet.Providers.Embeddings;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>The small parsers within requests and answers: whatever they are given, they refuse it or what they say of it is true.</summary>
public sealed class DataRobustnessTests
{
    [Fact]
    public void DataUrl_ChangedAtWill_IsRefusedOrHoldsBase64_Rule9() =>
        Changed.Text("data:image/png;base64,AAECAw==", "DATA:image/svg+xml;charset=utf-8;Base64,AAEC\r\nAwQF").MustHold(
            text =>
            {
                var url = Encoding.UTF8.GetBytes(text);
                if (!DataUrl.IsMeant(url) || !DataUrl.IsValid(url, "image"u8))
                    return;
                Assert.NotEmpty(Convert.FromBase64String(text[(text.IndexOf(',', StringComparison.Ordinal) + 1)..]));
                Assert.StartsWith("data:image/", text, StringComparison.OrdinalIgnoreCase);
                Assert.False(DataUrl.IsRemote(url));
            },
            iter: 10_000);

    [Fact]
    public void References_ChangedAtWill_AreRefusedOrFollowed_Rule36() =>
        Changed.Bytes("""
            {"type":"object","properties":{"a":{"$ref":"#/$defs/a~1b"},"b":{"$ref":"#x"},"c":{"items":[{"$ref":"#/$defs/c/anyOf/0"}]}},
             "$defs":{"a/b":{"$anchor":"x","enum":["y"]},"c":{"anyOf":[{"$ref":"#"},true,{"$ref":"#/$defs/c"}]}}}
            """).Where(IsObject).MustHold(
            bytes =>
            {
                var problem = SchemaReferences.Check(bytes, out _, out var length);
                Assert.True(problem is null ? length > 0 : problem.Length > 0);
            },
            iter: 2_000);

    [Fact]
    public void Vector_ChangedAtWill_IsRefusedOrTheSameInBothForms_Wire17() =>
        Changed.Bytes("[0.5,-1e-3,12345678901234567890,0]", "\"AACAPwAAIMA=\"").Where(IsJson).MustHold(
            bytes =>
            {
                var (numbers, text) = Write(bytes, base64: false);
                var (floats, base64) = Write(bytes, base64: true);
                Assert.Equal(numbers, floats);
                if (numbers < 0)
                    return;
                var made = Convert.FromBase64String(JsonSerializer.Deserialize<string>(base64)!);
                Assert.Equal(JsonSerializer.Deserialize<float[]>(text)!, Enumerable.Range(0, numbers).Select(index => BitConverter.ToSingle(made, index * 4)));
            },
            iter: 5_000);

    [Fact]
    public void Compact_ChangedAtWill_SaysTheSame_Rule45() =>
        Changed.Bytes("{ \"a b\\\"\" : [ 1 ,\n\t\"\\\\\" , { } , -1e5 , null ] ,\r\n \"\\u0041\":\" \" }").Where(IsJson).MustHold(
            bytes =>
            {
                var output = new ArrayBufferWriter<byte>();
                JsonBytes.WriteCompact(bytes, output);
                Assert.True(JsonElement.DeepEquals(JsonElement.Parse(bytes), JsonElement.Parse(output.WrittenSpan)));
                Assert.True(output.WrittenCount <= bytes.Length);
            },
            iter: 5_000);

    private static (int Length, string Text) Write(byte[] vector, bool base64)
    {
        var output = new ArrayBufferWriter<byte>();
        var reader = new Utf8JsonReader(vector);
        reader.Read();
        using (var writer = new Utf8JsonWriter(output))
        {
            var length = VectorWriter.Write(ref reader, vector, base64, writer);
            writer.Flush();
            return (length, Encoding.UTF8.GetString(output.WrittenSpan));
        }
    }

    private static bool IsObject(byte[] bytes) => IsJson(bytes) && JsonElement.Parse(bytes).ValueKind == JsonValueKind.Object;

    // What the parsers are given has been read before.
    private static bool IsJson(byte[] bytes)
    {
        try
        {
            JsonElement.Parse(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes)));
            return System.Text.Unicode.Utf8.IsValid(bytes);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
