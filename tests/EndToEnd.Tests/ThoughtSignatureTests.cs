using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ThotNet.EndToEnd.Tests;

/// <summary>
/// Gemini 3 refuses a history whose tool calls lack their thought signatures (wire.md rule 19). They reach the client, come back from one that keeps
/// them, and are remembered for one that drops them.
/// </summary>
public sealed class ThoughtSignatureTests : IAsyncLifetime
{
    private const string Other = "tn-test-of-another-caller";
    private const string Dummy = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";
    private const string Question = """{"role":"user","content":"Weather? [[tool]]"}""";
    private const string Tools = """[{"type":"function","function":{"name":"weather","parameters":{"type":"object","properties":{"city":{"type":"string"}}}}}]""";

    private readonly StandaloneFixture _thotnet = new($"--THOTNET_API_KEYS={StandaloneFixture.ApiKey},{Other}");

    public ValueTask InitializeAsync() => _thotnet.InitializeAsync();

    public ValueTask DisposeAsync() => _thotnet.DisposeAsync();

    [Fact]
    public async Task Call_SentBackAsItCame_KeepsItsSignature()
    {
        var (call, signature) = await AskAsync();

        Assert.Equal(signature, await SentSignatureAsync(call, Other));
    }

    [Fact]
    public async Task Call_SentBackWithoutItsSignature_IsRemembered()
    {
        var (call, signature) = await AskAsync();
        call.Remove("extra_content");

        Assert.Equal(signature, await SentSignatureAsync(call, StandaloneFixture.ApiKey));
    }

    [Fact]
    public async Task Call_OfAnotherCaller_IsNotRemembered()
    {
        var (call, _) = await AskAsync();
        call.Remove("extra_content");

        Assert.Equal(Dummy, await SentSignatureAsync(call, Other));
    }

    private async Task<(JsonObject Call, string Signature)> AskAsync()
    {
        using var response = await PostAsync(StandaloneFixture.ApiKey, Question);
        var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        var call = answer["choices"]![0]!["message"]!["tool_calls"]![0]!.DeepClone().AsObject();
        var signature = (string)call["extra_content"]!["google"]!["thought_signature"]!;
        Assert.NotEqual(Dummy, signature);
        return (call, signature);
    }

    /// <summary>The signature that reached the provider when the call came back with its result.</summary>
    private async Task<string?> SentSignatureAsync(JsonObject call, string key)
    {
        var result = $$"""{"role":"tool","tool_call_id":{{call["id"]!.ToJsonString()}},"content":"sunny"}""";
        using var response = await PostAsync(key, Question, $$"""{"role":"assistant","content":null,"tool_calls":[{{call.ToJsonString()}}]}""", result);

        // The simulator is as strict as Google: 200 says that it knows the signature.
        Assert.Equal(200, (int)response.StatusCode);
        var sent = JsonDocument.Parse(_thotnet.Simulator.Requests(1)[0].Body).RootElement.GetProperty("contents");
        return sent[1].GetProperty("parts")[0].GetProperty("thoughtSignature").GetString();
    }

    private Task<HttpResponseMessage> PostAsync(string key, params string[] messages)
    {
        var message = ChatPost.Of($$"""{"model":"gemini/gemini-3.5-flash-lite","tools":{{Tools}},"messages":[{{string.Join(',', messages)}}]}""");
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return _thotnet.Client.SendAsync(message);
    }
}
