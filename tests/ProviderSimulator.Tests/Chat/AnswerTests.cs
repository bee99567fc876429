using System.Text;
using System.Text.Json;
using ThotNet.ProviderSimulator.Chat;

namespace ThotNet.ProviderSimulator.Tests.Chat;

public class AnswerTests
{
    private const string Weather =
        """[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"},"unit":{"enum":["C","F"]}}}}},{"type":"function","function":{"name":"time"}}]""";

    [Theory]
    [InlineData("""[{"role":"user","content":""}]""", 4)]
    [InlineData("""[{"role":"user","content":"abcd"}]""", 5)]
    [InlineData("""[{"role":"user","content":"abcde"}]""", 6)]
    [InlineData("""[{"role":"user","content":"水"},{"role":"user","content":"水"}]""", 10)]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"abcd"},{"type":"image_url","image_url":{"url":"http://x"}}]}]""", 90)]
    [InlineData("""[{"role":"assistant","tool_calls":[{"id":"1","type":"function","function":{"name":"abcd","arguments":"{}  "}}]}]""", 6)]
    public void Tokens_Messages_FourBytesEachAndFourAMessage(string messages, long expected) =>
        Assert.Equal(expected, Call(messages).PromptTokens);

    [Fact]
    public void Tokens_Tools_CountAsWritten() =>
        Assert.Equal(5 + ((Encoding.UTF8.GetByteCount(Weather) + 3) / 4), Call("""[{"role":"user","content":"abcd"}]""", $"\"tools\":{Weather}").PromptTokens);

    [Theory]
    [InlineData("hi", 16, "stop")]
    [InlineData("hi [[tokens=37]]", 37, "stop")]
    [InlineData("hi [[tokens=1]]", 1, "stop")]
    [InlineData("hi [[tokens=50]]", 40, "length")]
    [InlineData("hi [[tokens=40]]", 40, "stop")]
    public void Make_Marker_SetsLengthUpToTheBudget(string content, int tokens, string reason)
    {
        var answer = AnswerMaker.Make(Call(User(content), "\"max_completion_tokens\":40,\"max_tokens\":5"));
        Assert.Equal((tokens, tokens, reason), (answer.CompletionTokens, answer.Pieces.Count, answer.FinishReason));
    }

    [Fact]
    public void Make_MarkerOnlyInEarlierMessages_Ignored()
    {
        var call = Call("""[{"role":"user","content":"[[tokens=3]]"},{"role":"user","content":"x"},{"role":"assistant","content":"[[tokens=4]]"}]""");
        Assert.Equal(16, AnswerMaker.Make(call).CompletionTokens);
    }

    [Fact]
    public void Make_SamePrompt_SameAnswerAndOtherPromptOther()
    {
        var answers = new[] { "one", "one", "two" }.Select(content => AnswerMaker.Make(Call(User(content))).Text).ToArray();
        Assert.Equal(answers[0], answers[1]);
        Assert.NotEqual(answers[0], answers[2]);
    }

    [Fact]
    public void Make_LongAnswer_HasCharactersOfOneToFourBytes()
    {
        var runes = AnswerMaker.Make(Call(User("hi [[tokens=500]]"))).Text.EnumerateRunes();
        Assert.Equal([1, 2, 3, 4], runes.Select(rune => rune.Utf8SequenceLength).Distinct().Order());
    }

    [Theory]
    [InlineData("[[tool]]", "", 1, "weather")]
    [InlineData("[[tool=2]]", "", 2, "weather,time")]
    [InlineData("hi", ",\"tool_choice\":\"required\"", 1, "weather")]
    [InlineData("hi", ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"time\"}}", 1, "time")]
    [InlineData("hi", "", 0, "")]
    [InlineData("[[tool]]", ",\"tool_choice\":\"none\"", 0, "")]
    public void Make_Tools_CalledWhenAskedFor(string content, string choice, int count, string names)
    {
        var answer = AnswerMaker.Make(Call(User(content), $"\"tools\":{Weather}{choice}"));
        Assert.Equal(count, answer.ToolCalls.Count);
        Assert.Equal(names, string.Join(',', answer.ToolCalls.Select(call => call.Name)));
        Assert.Equal(count > 0 ? "tool_calls" : "stop", answer.FinishReason);
        Assert.Equal(answer.ToolCalls.Count, answer.ToolCalls.Select(call => call.Id).Distinct().Count());
    }

    [Fact]
    public void Make_ToolArguments_FitTheSchema()
    {
        var call = AnswerMaker.Make(Call(User("[[tool]]"), $"\"tools\":{Weather}")).ToolCalls[0];
        using var arguments = JsonDocument.Parse(call.Arguments);
        Assert.Equal(JsonValueKind.String, arguments.RootElement.GetProperty("city").ValueKind);
        Assert.Equal(1, arguments.RootElement.GetProperty("days").GetInt32());
        Assert.Equal("C", arguments.RootElement.GetProperty("unit").GetString());
    }

    [Theory]
    [InlineData("""{"type":"json_object"}""", "answer")]
    [InlineData("""{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"deep":{"type":"object","properties":{}}}}}}""", "deep")]
    public void Make_JsonMode_GivesAnObject(string format, string property)
    {
        var answer = AnswerMaker.Make(Call(User("[[tokens=20]]"), $"\"response_format\":{format}"));
        using var document = JsonDocument.Parse(answer.Text);
        Assert.True(document.RootElement.TryGetProperty(property, out _));
        Assert.Equal("stop", answer.FinishReason);
    }

    private static string User(string content) => $$"""[{"role":"user","content":"{{content}}"}]""";

    private static ChatCall Call(string messages, string more = "\"n\":1")
    {
        using var document = JsonDocument.Parse($$"""{"messages":{{messages}},{{more}}}""");
        return ChatCallReader.Read(document.RootElement, "m");
    }
}
