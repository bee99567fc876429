using System.Text;
using System.Text.Json;
using ThotNet.Providers.Requests;

namespace ThotNet.Providers.Tests.Requests;

/// <summary>Texts as they come, also those that are no valid Unicode.</summary>
public sealed class UnescapedTextTests
{
    [Theory]
    [InlineData("\"a\"", "a")]
    [InlineData("\"\\u0061\\n\"", "a\n")]
    [InlineData("7", "")]
    [InlineData("", "")]
    public void OrEmpty_JsonValue_IsItsText_Wire11(string json, string expected)
    {
        using var text = UnescapedText.OrEmpty(Encoding.UTF8.GetBytes(json));

        Assert.Equal(expected, Encoding.UTF8.GetString(text.Bytes));
    }

    [Theory]
    [InlineData("\"a\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"\\u0061\"", true)]
    [InlineData("\"\\u0061\"", "\"a\"", true)]
    [InlineData("\"a\"", "\"b\"", false)]
    [InlineData("\"a\"", "\"\\u0062\"", false)]
    public void Is_TwoTexts_AreComparedByWhatTheySay_Wire11(string one, string other, bool same)
    {
        var body = Encoding.UTF8.GetBytes($"[{one},{other}]");
        var reader = new Utf8JsonReader(body);
        reader.Read();
        reader.Read();
        var first = BodyText.Of(ref reader);
        reader.Read();
        var second = BodyText.Of(ref reader);

        Assert.Equal(same, first.Is(second, body));
        Assert.Equal(other, Encoding.UTF8.GetString(second.In(body)));
    }
}
