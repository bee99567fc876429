using System.Text;
using System.Text.Json;
using ThotNet.Providers.Gemini.Requests;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Texts and names as they come, also those that are no valid Unicode.</summary>
public sealed class PlainTextTests
{
    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("\"\\u0061\\n\"", "a\n")]
    [InlineData("\"\\ud800\"", "")]
    [InlineData("7", "")]
    [InlineData("", "")]
    public void Of_JsonValue_IsItsText_Wire11(string json, string expected)
    {
        using var text = PlainText.Of(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, Encoding.UTF8.GetString(text.Bytes));
    }

    [Theory]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"\\u0061\"", true)]
    [InlineData("\"a\"", "\"b\"", false)]
    [InlineData("\"\\ud800\"", "\"\\udc00\"", false)]
    public void Same_TwoStrings_AreComparedByTheirText_Wire11(string one, string other, bool same) =>
        Assert.Equal(same, PlainText.Same(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other)));

    [Theory]
    [InlineData("\"role\"", true)]
    [InlineData("\"r\\u006fle\"", true)]
    [InlineData("\"r\\u006Fle\"", true)]
    [InlineData("\"role2\"", false)]
    [InlineData("\"rol\"", false)]
    [InlineData("\"rol\\ud800\"", false)]
    [InlineData("\"rol\\n\"", false)]
    public void Word_EscapedOrNot_IsFound_Wire11(string json, bool found)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        reader.Read();

        Assert.Equal(found, Word.Is(ref reader, "role"u8));
        Assert.Equal(found, Word.Is(Encoding.UTF8.GetBytes(json), "role"u8));
    }
}
