using System.Text.Json;

namespace ThotNet.EndToEnd.Tests;

/// <summary>Requests that not every target can serve go only to those that can; who insists on one that cannot is told which field (docs/providers.md).</summary>
public sealed class CapabilityTests(StandaloneFixture thotnet)
{
    private const string Text = "[{\"role\":\"user\",\"content\":\"Hello\"}]";
    private const string Tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]";
    private const string Remote = """[{"role":"user","content":[{"type":"text","text":"?"},{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]""";
    private const string Audio = """[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"UklGRg==","format":"wav"}}]}]""";
    private const string Pdf = """[{"role":"user","content":[{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0="}}]}]""";

    /// <summary>A need, the request's fields and messages, who can serve it, and the field that others lack.</summary>
    public static TheoryData<string, string, string, string, string> Needs => new()
    {
        { "tools with JSON", Tools + ",\"response_format\":{\"type\":\"json_object\"}", Text, "openrouter gemini", "response_format" },
        { "several choices", "\"n\":2", Text, "openrouter gemini", "n" },
        { "a remote image", "\"user\":\"u\"", Remote, "openrouter", "messages[0].content[1].image_url" },
        { "log probabilities", "\"logprobs\":true", Text, "openrouter", "logprobs" },
        { "logit bias", "\"logit_bias\":{\"50256\":-100}", Text, "openrouter", "logit_bias" },
        { "audio", "\"user\":\"u\"", Audio, "gemini", "messages[0].content[0].input_audio" },
        { "a file", "\"user\":\"u\"", Pdf, "openrouter gemini", "messages[0].content[0].file" },
    };

    [Theory, MemberData(nameof(Needs))]
    public async Task Chat_NeedsWhatFewCanDo_GoesToThem(string need, string fields, string messages, string able, string param)
    {
        var ables = able.Split(' ');
        for (var i = 0; i < 12; i++)
        {
            using var response = await thotnet.PostChatAsync(Body("auto", fields, messages));
            Assert.True((int)response.StatusCode == 200, need);
            Assert.Contains(Assert.Single(response.Headers.GetValues("x-thotnet-provider")), ables);
        }

        var before = thotnet.Simulator.Counts().Sum(row => row.Count);
        foreach (var provider in ClientModel.Providers.Except(ables))
        {
            using var response = await thotnet.PostChatAsync(Body(ClientModel.Of(provider).Chat, fields, messages));
            var error = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
            Assert.Equal((400, "unsupported_parameter"), ((int)response.StatusCode, error.GetProperty("code").GetString()));
            Assert.StartsWith(param, error.GetProperty("param").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(before, thotnet.Simulator.Counts().Sum(row => row.Count));
    }

    private static string Body(string model, string fields, string messages) => $$"""{"model":"{{model}}",{{fields}},"messages":{{messages}}}""";
}
