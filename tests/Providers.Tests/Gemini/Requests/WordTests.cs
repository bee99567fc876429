using System.Text;
using System.Text.Json;
using ThotNet.Providers.Gemini.Requests;

namespace ThotNet.Providers.Tests.Gemini.Requests;

/// <summary>Names and words as they come, also those that are no valid Unicode.</summary>
public sealed class WordTests
{
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
