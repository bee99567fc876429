using System.Text;
using System.Text.Json;
using ThotNet.Load.Replay;

namespace ThotNet.Load.Tests.Replay;

public sealed class ChatBodyTests
{
    [Theory]
    [InlineData(374, 44)]
    [InlineData(14_050, 1000)]
    [InlineData(12, 10)]
    public void Write_RecordedTokens_MakesAPromptOfJustThatMany(int context, int generated)
    {
        using var body = Write(3, context, generated);

        var prompt = Prompt(body);
        Assert.Equal(context, ((Encoding.UTF8.GetByteCount(prompt) + 3) / 4) + 4);
        Assert.Contains($"[[tokens={generated}]]", prompt, StringComparison.Ordinal);
        Assert.Equal(generated, body.RootElement.GetProperty("max_completion_tokens").GetInt32());
    }

    [Fact]
    public void Write_TinyRequest_StillHasMarkNumberAndOneToken()
    {
        using var body = Write(12_345, 2, 0);

        Assert.StartsWith("[[tokens=1]] 12345 ", Prompt(body), StringComparison.Ordinal);
        Assert.Equal(1, body.RootElement.GetProperty("max_completion_tokens").GetInt32());
    }

    [Fact]
    public void Write_SameSizesOtherNumber_IsAnotherPrompt()
    {
        using var one = Write(1, 100, 10);
        using var two = Write(2, 100, 10);

        Assert.NotEqual(Prompt(one), Prompt(two));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Write_Stream_IsAskedFor(bool stream)
    {
        using var body = JsonDocument.Parse(new ChatBody("auto").Write(0, 20, 1, stream));

        Assert.Equal(stream, body.RootElement.GetProperty("stream").GetBoolean());
        Assert.Equal("auto", body.RootElement.GetProperty("model").GetString());
        Assert.Equal(stream, body.RootElement.TryGetProperty("stream_options", out var options) && options.GetProperty("include_usage").GetBoolean());
    }

    [Fact]
    public void Write_ModelMayThink_LeavesRoomForItBesideTheAnswer()
    {
        using var body = JsonDocument.Parse(new ChatBody("auto", thinkingTokens: 64).Write(0, 20, 10, stream: false));

        Assert.Equal(74, body.RootElement.GetProperty("max_completion_tokens").GetInt32());
        Assert.StartsWith("[[tokens=10]] ", Prompt(body), StringComparison.Ordinal);
    }

    private static JsonDocument Write(int number, int context, int generated) =>
        JsonDocument.Parse(new ChatBody("auto").Write(number, context, generated, stream: false));

    private static string Prompt(JsonDocument body) => body.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
}
