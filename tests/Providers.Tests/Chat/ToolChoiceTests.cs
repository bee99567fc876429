using ThotNet.Routing;

namespace ThotNet.Providers.Tests.Chat;

/// <summary>Tools have names of their own, and only those can be chosen (wire.md 1.1).</summary>
public sealed class ToolChoiceTests
{
    private const string Tools = """
        "tools":[{"type":"function","function":{"name":"f"}},{"function":{"name":"\u0067"},"type":"function"},{"type":"custom","custom":{"name":"c"}}]
        """;

    private static readonly string LongestName = "a_.:-9" + new string('Z', 58);

    private static string ToolNamed(string name) => ChatBody.With($$$"""
        "tools":[{"type":"function","function":{"name":"{{{name}}}"}}]
        """);

    [Fact]
    public void Read_FunctionNameThatProvidersTake_IsAccepted_Wire42()
    {
        ChatBody.AssertAccepted(ToolNamed(LongestName));
        ChatBody.AssertAccepted(ToolNamed("\\u0066"));
    }

    [Fact]
    public void Read_FunctionNameThatNoneTakes_IsRefused_Wire42()
    {
        foreach (var name in (string[])[LongestName + "Z", "a b", "\u00e9", "a\\n", "a/b"])
            ChatBody.AssertRefused(ToolNamed(name), "tools[0].function.name");
        ChatBody.AssertRefused(ChatBody.With("\"functions\":[{\"name\":\"a b\"}]"), "functions[0].name");
    }

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"f"}}""")]
    [InlineData("""{"function":{"name":"g"},"type":"function"}""")]
    [InlineData("""{"type":"function","function":{"name":"x","name":"\u0066"}}""")]
    [InlineData("""{"type":"custom","custom":{"name":"c"}}""")]
    [InlineData("""{"type":"function","custom":{"name":"x"},"function":{"name":"f"},"allowed_tools":{"mode":"auto","tools":[{"type":"custom","custom":{"name":"c"}}]}}""")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"g"}}]}}""")]
    [InlineData("""{"allowed_tools":{"tools":[{"function":{"name":"f"},"type":"function"},{"type":"custom","custom":{"name":"c"}}],"mode":"required"},"type":"allowed_tools"}""")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}""")]
    public void Read_ChosenToolExists_IsAccepted_Wire11(string choice)
    {
        ChatBody.AssertAccepted(ChatBody.With($"{Tools},\"tool_choice\":{choice}"));
        ChatBody.AssertAccepted(ChatBody.With($"\"tool_choice\":{choice},{Tools}"));
    }

    [Theory]
    [InlineData("""{"type":"function","function":{"name":"x"}}""", ".function.name")]
    [InlineData("""{"type":"function","function":{"name":"F"}}""", ".function.name")]
    [InlineData("""{"type":"function","function":{"name":"c"}}""", ".function.name")]
    [InlineData("""{"type":"function","function":{"name":"f","name":"x"}}""", ".function.name")]
    [InlineData("""{"type":"custom","custom":{"name":"f"}}""", ".custom.name")]
    [InlineData("""{"type":"custom","function":{"name":"f"}}""", ".custom")]
    [InlineData("""{"type":"allowed_tools"}""", ".allowed_tools")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":[]}""", ".allowed_tools")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto"}}""", ".allowed_tools.tools")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":{}}}""", ".allowed_tools.tools")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[1]}}""", ".allowed_tools.tools[0]")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"function":{"name":"f"}}]}}""", ".allowed_tools.tools[0].type")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function"}]}}""", ".allowed_tools.tools[0].function")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"x"}}]}}""", ".allowed_tools.tools[1].function.name")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"none","tools":[{"type":"function","function":{"name":"f"}}]}}""", ".allowed_tools.mode")]
    [InlineData("""{"type":"allowed_tools","allowed_tools":{"mode":"auto","mode":1,"tools":[{"type":"function","function":{"name":"f"}}]}}""", ".allowed_tools.mode")]
    public void Read_ChosenToolIsMissing_IsNamed_Wire11(string choice, string field)
    {
        ChatBody.AssertRefused(ChatBody.With($"{Tools},\"tool_choice\":{choice}"), "tool_choice" + field);
        ChatBody.AssertRefused(ChatBody.With($"\"tool_choice\":{choice},{Tools}"), "tool_choice" + field);
    }

    [Fact]
    public void Read_RepeatedChoice_LastOneCounts() =>
        ChatBody.AssertAccepted(ChatBody.With("\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"x\"}},\"tool_choice\":\"auto\""));

    [Theory]
    [InlineData("\"functions\":[{\"name\":\"f\"}],\"function_call\":{\"name\":\"\\u0066\"}", null)]
    [InlineData("\"function_call\":{\"name\":\"x\"},\"functions\":[{\"name\":\"f\"}]", "function_call.name")]
    [InlineData("\"function_call\":{\"name\":\"x\"},\"function_call\":\"none\"", null)]
    public void Read_FunctionCall_NamesAFunction_Wire11(string fields, string? param)
    {
        if (param is null)
            ChatBody.AssertAccepted(ChatBody.With(fields));
        else
            ChatBody.AssertRefused(ChatBody.With(fields), param);
    }

    [Theory]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"function\",\"function\":{\"name\":\"\\u0066\"}}]", "tools[1].function.name")]
    [InlineData("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}},{\"type\":\"custom\",\"custom\":{\"name\":\"f\"}}]", "tools[1].custom.name")]
    [InlineData("\"functions\":[{\"name\":\"f\"},{\"name\":\"g\"},{\"name\":\"f\"}]", "functions[2].name")]
    public void Read_NameUsedTwice_IsNamed(string fields, string param) => ChatBody.AssertRefused(ChatBody.With(fields), param);

    [Fact]
    public void Read_CustomTool_NeedsCustomTools() => Assert.Equal(
        [(Capabilities.Tools, "tools"), (Capabilities.CustomTools, "tools[2]")],
        ChatBody.AssertAccepted(ChatBody.With(Tools)).NeedParams);
}
