using System.Text;
using CsCheck;
using ThotNet.Providers.Chat;
using ThotNet.Routing;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>Every call must be answered, once, by the messages that follow it (wire.md 1.1).</summary>
public sealed class CallOrderTests
{
    private const string User = ChatBody.User;

    private static string Call(string id) => $$$"""{"id":"{{{id}}}","type":"function","function":{"name":"f","arguments":"{}"}}""";

    private static string Asks(params string[] ids) =>
        $$"""{"tool_calls":[{{string.Join(',', ids.Select(Call))}}],"content":null,"role":"assistant"}""";

    private static string Answers(string id) => $$"""{"content":"x","tool_call_id":"{{id}}","role":"tool"}""";

    private static string AsksFunction(string name) => $$$"""{"role":"assistant","content":null,"function_call":{"name":"{{{name}}}","arguments":"{}"}}""";

    private static string AnswersFunction(string name) => $$"""{"content":"x","name":"{{name}}","role":"function"}""";

    public static TheoryData<string[]> Right => new()
    {
        new[] { Asks("a"), Answers("a") },
        new[] { User, Asks("a", "b"), Answers("b"), Answers("a"), User },
        new[] { Asks("a"), Answers("a"), Asks("a"), Answers("a") },
        new[] { Asks("a"), Answers("a"), Asks("b", "c"), Answers("b"), Answers("c"), """{"role":"assistant","content":"done"}""" },
        new[] { Asks("\\u0061\\/"), Answers("a/") },
        new[] { Asks("a/"), Answers("\\u0061\\u002f") },
        new[] { Asks("\\u0061"), Answers("\\u0061") },
        new[] { """{"role":"assistant","tool_calls":[{"id":"x","id":"a","function":{"name":"f"}}]}""", Answers("a") },
        new[] { """{"role":"assistant","tool_calls":[{"id":"x","function":{"name":"f"}}],"tool_calls":[{"id":"a","function":{"name":"f"}}]}""", Answers("a") },
        new[] { """{"role":"assistant","content":"x","tool_calls":[{"id":"x","function":{"name":"f"}}],"tool_calls":null}""", User },
        new[] { Asks("x"), """{"role":"tool","tool_call_id":"y","tool_call_id":"x","content":"x"}""" },
        new[] { """{"tool_calls":[{"id":"a","type":"custom","custom":{"name":"f","input":"any text"}}],"role":"assistant"}""", Answers("a") },
        new[] { AsksFunction("f"), AnswersFunction("f") },
        new[] { AsksFunction("f"), AnswersFunction("\\u0066"), AsksFunction("f"), AnswersFunction("f") },
        new[] { AsksFunction("f"), User },
        new[] { User, """{"role":"user","content":"x","tool_calls":null,"function_call":null}""" },
    };

    [Theory]
    [MemberData(nameof(Right))]
    public void Read_CallsAreAnswered_IsAccepted_Wire11(string[] messages) => ChatBody.AssertAccepted(ChatBody.Of(messages));

    public static TheoryData<string[], string> Wrong => new()
    {
        { [User, Answers("a")], "messages[1].tool_call_id" },
        { [Asks("a"), Answers("b")], "messages[1].tool_call_id" },
        { [Asks("a"), Answers("A")], "messages[1].tool_call_id" },
        { [Asks("a", "b"), Answers("a"), Answers("a")], "messages[2].tool_call_id" },
        { [Asks("a"), Answers("a"), User, Answers("a")], "messages[3].tool_call_id" },
        { [Asks("a"), Answers("a"), Asks("b"), Answers("a")], "messages[3].tool_call_id" },
        { [Asks("a"), """{"role":"tool","tool_call_id":"a","tool_call_id":"b","content":"x"}"""], "messages[1].tool_call_id" },
        { [User, Asks("a")], "messages[1].tool_calls" },
        { [Asks("a", "b"), Answers("a")], "messages[0].tool_calls" },
        { [Asks("a", "b"), Answers("a"), User, Answers("b")], "messages[0].tool_calls" },
        { [Asks("a"), Asks("b"), Answers("b")], "messages[0].tool_calls" },
        { [Asks("a"), AnswersFunction("f")], "messages[0].tool_calls" },
        { [Asks("a", "a"), Answers("a")], "messages[0].tool_calls[1].id" },
        { [Asks("a", "\\u0061"), Answers("a")], "messages[0].tool_calls[1].id" },
        { [AnswersFunction("f")], "messages[0].name" },
        { [AsksFunction("f"), AnswersFunction("g")], "messages[1].name" },
        { [AsksFunction("f"), User, AnswersFunction("f")], "messages[2].name" },
        { [AsksFunction("f"), AnswersFunction("f"), AnswersFunction("f")], "messages[2].name" },
        { ["""{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}}],"function_call":{"name":"f"}}"""], "messages[0].function_call" },
        { ["""{"tool_calls":[{"id":"a","function":{"name":"f"}}],"content":"x","role":"user"}"""], "messages[0].tool_calls" },
        { ["""{"function_call":{"name":"f"},"content":"x","role":"system"}"""], "messages[0].function_call" },
        { [Asks("a"), """{"role":"tool","tool_call_id":"a","content":"x","tool_calls":[{"id":"b","function":{"name":"f"}}]}"""], "messages[1].tool_calls" },
        { ["""{"role":"assistant","tool_calls":[{"id":{},"function":{"name":"f"}}]}"""], "messages[0].tool_calls[0].id" },
        { ["""{"role":"assistant","tool_calls":[{"id":"a","type":"custom"}]}"""], "messages[0].tool_calls[0].custom" },
        { ["""{"role":"assistant","tool_calls":[{"id":"a","type":"custom","custom":1}]}"""], "messages[0].tool_calls[0].custom" },
        { ["""{"role":"assistant","tool_calls":[{"id":"a","type":"custom","custom":{"input":"x"}}]}"""], "messages[0].tool_calls[0].custom.name" },
        { ["""{"role":"assistant","tool_calls":[{"id":"a","type":"custom","custom":{"name":"f","input":{}}}]}"""], "messages[0].tool_calls[0].custom.input" },
        { ["""{"role":"assistant","tool_calls":[{"id":"a","function":{"name":{}}}]}"""], "messages[0].tool_calls[0].function.name" },
        { ["""{"role":"assistant","function_call":{"arguments":"{}"}}"""], "messages[0].function_call.name" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_CallsAreNotAnswered_NamesTheField_Wire11(string[] messages, string param) => ChatBody.AssertRefused(ChatBody.Of(messages), param);

    [Fact]
    public void Read_CallWithoutAnswer_SaysWhichOne() => Assert.Contains(
        "'tool_calls[1]'",
        ChatBody.AssertRefused(ChatBody.Of(Asks("a", "b", "c"), Answers("a"), Answers("c")), "messages[0].tool_calls").Message,
        StringComparison.Ordinal);

    [Fact]
    public void Read_CustomCallInHistory_NeedsCustomTools()
    {
        const string Custom = """{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}},{"id":"b","custom":{"name":"g"},"type":"custom"}]}""";

        var request = ChatBody.AssertAccepted(ChatBody.Of(User, Custom, Answers("a"), Answers("b")));

        Assert.Equal([(Capabilities.CustomTools, "messages[1].tool_calls[1]")], request.NeedParams);
    }

    [Fact]
    public void Read_AnyOrderOfMessages_IsAcceptedIfEveryCallIsAnsweredOnce()
    {
        var message = Gen.Select(Gen.Int[0, 2], Gen.Int[0, 2].Array[1, 2]);
        message.Array[1, 7].MustHold(
            messages =>
            {
                var body = ChatBody.Of([.. messages.Select(m => m.Item1 switch
                {
                    0 => User,
                    1 => Asks([.. m.Item2.Select(id => $"id{id}")]),
                    _ => Answers($"\\u0069d{m.Item2[0]}"),
                })]);

                Assert.Equal(IsAnswered(messages), ChatRequestReader.Read(Encoding.UTF8.GetBytes(body), out _) is null);
            },
            iter: 3_000);
    }

    // The same rule, said once more without bytes.
    private static bool IsAnswered((int Kind, int[] Ids)[] messages)
    {
        HashSet<int> open = [];
        foreach (var (kind, ids) in messages)
        {
            if (kind == 2 ? !open.Remove(ids[0]) : open.Count > 0)
                return false;
            if (kind == 1 && !ids.All(open.Add))
                return false;
        }

        return open.Count == 0;
    }
}
