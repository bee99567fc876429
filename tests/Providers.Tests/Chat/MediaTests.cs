using System.Text;
using ThotNet.Providers.Chat;
using ThotNet.Routing;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>Data in the request is checked before anybody is called; what would have to be fetched is a need of its own (wire.md 1.1, rules 9 to 12).</summary>
public sealed class MediaTests
{
    private const string Text = """{"type":"text","text":"x"}""";

    private static string Image(string url) => $$$"""{"type":"image_url","image_url":{"url":"{{{url}}}"}}""";

    private static string User(params string[] parts) => $$"""{"role":"user","content":[{{string.Join(',', parts)}}]}""";

    [Theory]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("DATA:IMAGE/PNG;BASE64,AAAA")]
    [InlineData("data:image/svg+xml;charset=utf-8;base64,AAA=")]
    [InlineData("data:image\\/png;base64,AA\\/A")]
    [InlineData("data:image/png;base64,AAAA\\nAAAA\\r\\nAAA=")]
    [InlineData("\\u0064ata:image/png;base64,\\u0041AAA")]
    public void Read_ImageData_IsAccepted_Rule9(string url) =>
        Assert.Equal(Capabilities.Images, ChatBody.AssertAccepted(ChatBody.Of(User(Image(url)))).Needs);

    [Theory]
    [InlineData("data:")]
    [InlineData("data:,")]
    [InlineData("data:image/png,AAAA")]
    [InlineData("data:image/png;base64")]
    [InlineData("data:image/png;base64,")]
    [InlineData("data:image/png;base64,\\n")]
    [InlineData("data:image/png;base64,A")]
    [InlineData("data:image/png;base64,AAA")]
    [InlineData("data:image/png;base64,AA-_")]
    [InlineData("data:image/png;base64,AAAA!")]
    [InlineData("data:image/png;base64,%41AAA")]
    [InlineData("data:image/png;base64;x=1,AAAA")]
    [InlineData("data:;base64,AAAA")]
    [InlineData("data:image;base64,AAAA")]
    [InlineData("data:image/;base64,AAAA")]
    [InlineData("data:image/p ng;base64,AAAA")]
    [InlineData("data:application/pdf;base64,AAAA")]
    [InlineData("data:text/html;base64,AAAA")]
    [InlineData("ftp://x/y.png")]
    [InlineData("//x/y.png")]
    [InlineData("http://")]
    [InlineData("AAAA")]
    [InlineData("")]
    public void Read_BadImageData_NamesTheUrl_Rule9(string url) =>
        ChatBody.AssertRefused(ChatBody.Of(ChatBody.User, User(Text, Image(url))), "messages[1].content[1].image_url.url");

    [Theory]
    [InlineData("https://x/y.png")]
    [InlineData("HTTP://x/y.png")]
    [InlineData("https:\\/\\/x\\/y.png")]
    [InlineData("\\u0068ttp:\\u002f\\u002fx")]
    public void Read_RemoteImage_NeedsRemoteImages_Rule10(string url)
    {
        var request = ChatBody.AssertAccepted(
            ChatBody.Of(ChatBody.User, User(Image("data:image/png;base64,AAAA"), Text, Image(url)), User(Image("https://z"))));

        Assert.Equal(
            [(Capabilities.Images, "messages[1].content[0].image_url"), (Capabilities.RemoteImages, "messages[1].content[2].image_url.url")],
            request.NeedParams);
        Assert.Equal(Capabilities.Images | Capabilities.RemoteImages, request.Needs);
    }

    [Theory]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x","url":"data:image/png;base64,AAAA"}}]}""", Capabilities.Images)]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x"},"image_url":{"url":"data:image/png;base64,AAAA"}}]}""", Capabilities.Images)]
    [InlineData("""{"content":[{"type":"image_url","image_url":{"url":"https://x"}}],"content":"x","role":"user"}""", Capabilities.None)]
    [InlineData("""{"content":"x","content":[{"type":"image_url","image_url":{"url":"https://x"}}],"role":"user"}""", Capabilities.Images | Capabilities.RemoteImages)]
    [InlineData("""{"role":"user","content":[{"image_url":{"url":"https://x"},"text":"x","type":"text"}]}""", Capabilities.None)]
    public void Read_RepeatedMedia_LastOneCounts(string message, Capabilities needs)
    {
        var request = ChatBody.AssertAccepted(ChatBody.Of(message));

        Assert.Equal(needs, request.Needs);
        Assert.True(needs != Capabilities.None || request.PromptTokenBound < PromptBound.TokensPerImage);
    }

    [Theory]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AAAA","format":"mp3"}}""")]
    [InlineData("""{"type":"input_audio","input_audio":{"format":"wav","data":"AA\/A\nAAA="}}""")]
    [InlineData("""{"type":"file","file":{"file_data":"AAAA"}}""")]
    [InlineData("""{"type":"file","file":{"filename":"x.pdf","file_data":"data:application/pdf;base64,AAAA"}}""")]
    [InlineData("""{"type":"file","file":{"file_data":"data:text\/plain;charset=utf-8;base64,AAAA"}}""")]
    [InlineData("""{"type":"file","file":{"file_data":null,"file_id":"x"}}""")]
    public void Read_AudioAndFiles_AreAccepted_Rule12(string part) => ChatBody.AssertAccepted(ChatBody.Of(User(part)));

    [Theory]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"A","format":"mp3"}}""", ".input_audio.data")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"","format":"mp3"}}""", ".input_audio.data")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"data:audio/mp3;base64,AAAA","format":"mp3"}}""", ".input_audio.data")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":1,"format":"mp3"}}""", ".input_audio.data")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"AAAA"}}""", ".input_audio.format")]
    [InlineData("""{"type":"input_audio","input_audio":{"format":"wav"}}""", ".input_audio")]
    [InlineData("""{"type":"file","file":{"file_data":"?"}}""", ".file.file_data")]
    [InlineData("""{"type":"file","file":{"file_data":""}}""", ".file.file_data")]
    [InlineData("""{"type":"file","file":{"file_data":"https://x/y.pdf"}}""", ".file.file_data")]
    [InlineData("""{"type":"file","file":{"file_data":"data:;base64,AAAA"}}""", ".file.file_data")]
    [InlineData("""{"type":"file","file":{"file_data":"data:a/b;base64,A"}}""", ".file.file_data")]
    [InlineData("""{"type":"file","file":{"file_data":1}}""", ".file.file_data")]
    [InlineData("""{"type":"file","file":{"file_id":""}}""", ".file.file_id")]
    [InlineData("""{"type":"file","file":{"file_id":1}}""", ".file.file_id")]
    public void Read_BadAudioAndFiles_AreNamed_Rule12(string part, string field) =>
        ChatBody.AssertRefused(ChatBody.Of(User(Text, part)), "messages[0].content[1]" + field);

    [Fact]
    public void Read_ToolResultWithImage_NamesItsContent_Wire11() => ChatBody.AssertRefused(
        ChatBody.Of(
            """{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}}]}""",
            $$"""{"role":"tool","tool_call_id":"a","content":[{{Image("https://x")}}]}"""),
        "messages[1].content");

    // What serializers make of an emoji that a program has cut in two.
    [Theory]
    [InlineData("\"x\\ud800\"")]
    [InlineData("[{\"type\":\"text\",\"text\":\"\\udc00x\"}]")]
    public void Read_HalfASurrogatePairInText_IsAccepted(string content) =>
        ChatBody.AssertAccepted(ChatBody.Of($$"""{"role":"user","content":{{content}}}"""));

    [Fact]
    public void Read_HalfASurrogatePairInAnUrl_IsRefused()
    {
        var error = ChatRequestReader.Read(Encoding.UTF8.GetBytes(ChatBody.Of(User(Image("data:image/png;base64,\\ud800")))), out _);

        Assert.Contains("Unicode", error!.Message, StringComparison.Ordinal);
    }
}
