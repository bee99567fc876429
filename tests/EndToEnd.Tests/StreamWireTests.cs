using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ThotNet.EndToEnd.Tests;

/// <summary>The bytes of streams as callers get them, from each provider, however the provider's own bytes are cut (wire.md 1.3, 8.4).</summary>
public sealed partial class StreamWireTests(StandaloneFixture thotnet) : IDisposable
{
    private const string WithTools =
        ""","tools":[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}}]""";

    private const string WithUsage = ""","stream_options":{"include_usage":true}""";

    private static readonly string[] Cuts = ["""{"pieceBytes":1000000}""", """{"pieceBytes":1}""", """{"randomPieces":true,"seed":11}"""];

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var provider in ClientModel.Providers)
            {
                cases.Add(provider, "plain");
                cases.Add(provider, "tools");
                cases.Add(provider, "usage");
            }

            return cases;
        }
    }

    public void Dispose() => thotnet.Simulator.ClearFaults();

    [Theory, MemberData(nameof(Cases))]
    public async Task Stream_HoweverCut_IsTheSameAndAsOpenAiWritesIt(string provider, string kind)
    {
        var model = ClientModel.Of(provider).Chat;
        var (marker, fields) = kind switch { "tools" => ("[[tool=2]]", WithTools), "usage" => ("[[tokens=9]]", WithUsage), _ => ("[[tokens=9]]", "") };
        var body = $$"""{"model":"{{model}}","stream":true{{fields}},"messages":[{"role":"user","content":"Talk. {{marker}}"}]}""";
        List<string>? first = null;
        foreach (var cut in Cuts)
        {
            thotnet.Simulator.SetFaults(cut);
            var chunks = await ReadAsync(body);
            AssertLegal(chunks, model, asksUsage: kind == "usage", toolCalls: kind == "tools" ? 2 : 0);
            var same = chunks.ConvertAll(WithoutWhatDiffers);
            Assert.Equal(first ??= same, same);
        }
    }

    /// <summary>The chunks before <c>[DONE]</c>; the lines are checked here.</summary>
    private async Task<List<JsonObject>> ReadAsync(string body)
    {
        using var response = await thotnet.PostChatAsync(body);
        Assert.Equal((200, "text/event-stream"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        var text = await response.Content.ReadAsStringAsync();
        Assert.Matches(Events(), text);
        var data = text.Split("\n\n").Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(line => line[6..]).ToList();
        Assert.Equal("[DONE]", data[^1]);
        return [.. data.SkipLast(1).Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    private static void AssertLegal(List<JsonObject> chunks, string model, bool asksUsage, int toolCalls)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var created = Assert.Single(chunks.Select(chunk => (long)chunk["created"]!).Distinct());
        Assert.InRange(created, now - 600, now + 1);
        Assert.NotEmpty(Assert.Single(chunks.Select(chunk => (string)chunk["id"]!).Distinct()));
        Assert.All(chunks, chunk => Assert.Equal(("chat.completion.chunk", model), ((string)chunk["object"]!, (string)chunk["model"]!)));

        var withChoice = chunks.Where(chunk => chunk["choices"]!.AsArray().Count > 0).ToList();
        var choices = withChoice.ConvertAll(chunk => chunk["choices"]![0]!.AsObject());
        Assert.Equal("assistant", (string?)choices[0]["delta"]!["role"]);
        Assert.All(choices.Skip(1), choice => Assert.False(choice["delta"]!.AsObject().ContainsKey("role")));
        Assert.All(choices, choice => Assert.True(choice.ContainsKey("finish_reason")));
        Assert.Equal(
            [.. Enumerable.Repeat<string?>(null, choices.Count - 1), toolCalls > 0 ? "tool_calls" : "stop"],
            choices.Select(choice => (string?)choice["finish_reason"]));
        Assert.Equal("{}", choices[^1]["delta"]!.ToJsonString());
        AssertCalls(choices, toolCalls);
        AssertUsage(chunks, withChoice, asksUsage);
    }

    private static void AssertCalls(List<JsonObject> choices, int expected)
    {
        var pieces = choices.SelectMany(choice => choice["delta"]!["tool_calls"]?.AsArray() ?? []).ToList();
        foreach (var call in pieces.GroupBy(piece => (int)piece!["index"]!))
        {
            var head = call.First()!;
            Assert.Equal(("function", "weather"), ((string)head["type"]!, (string)head["function"]!["name"]!));
            Assert.NotEmpty((string)head["id"]!);
            Assert.All(call.Skip(1), piece => Assert.False(piece!.AsObject().ContainsKey("id")));
            var arguments = string.Concat(call.Select(piece => (string?)piece!["function"]!["arguments"]));
            Assert.Equal(JsonValueKind.String, JsonDocument.Parse(arguments).RootElement.GetProperty("city").ValueKind);
        }

        Assert.Equal(Enumerable.Range(0, expected), pieces.Select(piece => (int)piece!["index"]!).Distinct());
    }

    private static void AssertUsage(List<JsonObject> chunks, List<JsonObject> withChoice, bool asked)
    {
        if (!asked)
        {
            Assert.Equal(chunks.Count, withChoice.Count);
            Assert.All(chunks, chunk => Assert.Null(chunk["usage"]));
            return;
        }

        Assert.All(withChoice, chunk => Assert.True(chunk.ContainsKey("usage") && chunk["usage"] is null));
        Assert.Equal(chunks.Count - 1, withChoice.Count);
        var (last, usage) = (chunks[^1], chunks[^1]["usage"]!);
        Assert.Empty(last["choices"]!.AsArray());
        Assert.True((int)usage["prompt_tokens"]! > 0);
        Assert.InRange((int)usage["completion_tokens"]!, 9, 9 + ((int?)usage["completion_tokens_details"]?["reasoning_tokens"] ?? 0));
        Assert.Equal((int)usage["total_tokens"]!, (int)usage["prompt_tokens"]! + (int)usage["completion_tokens"]!);
    }

    /// <summary>A chunk without the ids and the time, which no two answers share.</summary>
    private static string WithoutWhatDiffers(JsonObject chunk)
    {
        chunk.Remove("id");
        chunk.Remove("created");
        foreach (var call in chunk["choices"]!.AsArray().SelectMany(choice => choice!["delta"]!["tool_calls"]?.AsArray() ?? []))
        {
            call!.AsObject().Remove("id");
        }

        return chunk.ToJsonString();
    }

    [GeneratedRegex(@"\A((data: [^\r\n]+|:[^\r\n]*)\n\n)+\z")]
    private static partial Regex Events();
}
