using System.Text;
using System.Text.Json;
using CsCheck;
using ThotNet.Providers.Json;

namespace ThotNet.Providers.Tests.Json;

public sealed class WholeCharactersTests
{
    [Theory]
    [InlineData("""{"a":"plain"}""")]
    [InlineData("""{"a":"\u00e9\n\\ud83d"}""")]
    [InlineData("""{"a":"\ud83d\ude00\uD83D\uDE00"}""")]
    [InlineData("""{"a":"ends \\"}""")]
    public void Of_NothingWrong_IsTheSame(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        using var whole = WholeCharacters.Of(bytes);

        Assert.True(whole.Json == bytes);
    }

    [Theory]
    [InlineData("""["\ud83d half"]""", """["\ufffd half"]""")]
    [InlineData("""["\ude00\ud83d"]""", """["\ufffd\ufffd"]""")]
    [InlineData("""["\ud83d\ud83d\ude00"]""", """["\ufffd\ud83d\ude00"]""")]
    [InlineData("""["\\\uDC00"]""", """["\\\ufffd"]""")]
    [InlineData("""{"\ud83d":"\ud83d\u0041"}""", """{"\ufffd":"\ufffd\u0041"}""")]
    public void Of_HalfACharacter_IsReplaced(string json, string expected)
    {
        using var whole = WholeCharacters.Of(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, Encoding.UTF8.GetString(whole.Json));
    }

    [Fact]
    public void Of_AnyUnits_CanBeReadAndKeepTheirPlaces()
    {
        var unit = Gen.OneOf(Gen.Char['\ud7f0', '\ue010'], Gen.Char['a', 'f'], Gen.Const('\\'));
        unit.Array[0, 12].Select(Gen.Bool.Array[12]).MustHold((units, escaped) =>
        {
            var text = string.Concat(units.Select((value, index) => value switch
            {
                '\\' => "\\\\",
                >= '\ud800' and <= '\udfff' => $"\\u{(int)value:x4}",
                _ when escaped[index] => $"\\u{(int)value:X4}",
                _ => value.ToString(),
            }));
            var json = Encoding.UTF8.GetBytes($"\"{text}\"");
            using var whole = WholeCharacters.Of(json);

            Assert.Equal(json.Length, whole.Json.Length);
            var expected = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(new string(units)));
            Assert.Equal(expected, JsonSerializer.Deserialize<string>(whole.Json));
        });
    }
}
