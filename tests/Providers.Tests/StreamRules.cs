using System.Text.Json.Nodes;

namespace ThotNet.Providers.Tests;

/// <summary>What holds for every stream that callers get (wire.md 1.3), whatever the provider sent.</summary>
internal static class StreamRules
{
    private static readonly string?[] Legal = ["stop", "length", "tool_calls", "content_filter", "function_call"];

    /// <summary>Checks a whole stream, its end marker included.</summary>
    /// <param name="text">The stream.</param>
    /// <param name="isFinished">Every choice has a finish reason.</param>
    public static void AssertKept(string text, bool isFinished)
    {
        var events = text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("data: [DONE]", events[^1]);
        var chunks = events[..^1].Select(line => JsonNode.Parse(line["data: ".Length..])!).ToList();
        Assert.True(chunks.Select(chunk => ((string?)chunk["id"], (long?)chunk["created"])).Distinct().Count() <= 1);
        foreach (var choice in chunks.SelectMany(chunk => chunk["choices"]!.AsArray()).GroupBy(choice => (int)choice!["index"]!))
            AssertChoice([.. choice.Select(piece => piece!)], isFinished);
    }

    private static void AssertChoice(List<JsonNode> choice, bool isFinished)
    {
        Assert.NotNull(choice[0]["delta"]!["role"]);
        Assert.Single(choice, piece => piece["delta"]!["role"] is not null);
        var ends = choice.Where(piece => piece["finish_reason"] is not null).ToList();
        Assert.Equal(isFinished ? 1 : ends.Count, ends.Count);
        Assert.True(ends.Count <= 1 && (ends.Count == 0 || ends[0] == choice[^1]));
        Assert.All(ends, piece => Assert.Contains((string?)piece["finish_reason"], Legal));
        var calls = choice.SelectMany(piece => piece["delta"]!["tool_calls"]?.AsArray() ?? []).ToList();
        var begun = calls.Where(call => call!["id"] is not null).Select(call => (int)call!["index"]!).ToList();
        Assert.Equal(Enumerable.Range(0, begun.Count), begun);
        Assert.All(calls, call => Assert.InRange((int)call!["index"]!, 0, begun.Count - 1));
    }
}
